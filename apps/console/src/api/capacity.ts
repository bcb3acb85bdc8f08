/** For whom the person of this tab acts: a company, or (undefined) the park or the only company they belong to. */
const COMPANY = 'mss.company';

let company = sessionStorage.getItem(COMPANY) ?? undefined;

export function currentCompany(): string | undefined {
  return company;
}

export function actFor(id: string | undefined): void {
  company = id;
  if (id === undefined) sessionStorage.removeItem(COMPANY);
  else sessionStorage.setItem(COMPANY, id);
}
