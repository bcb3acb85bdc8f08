import { randomBytes } from 'node:crypto';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { PARK_ROLES, UsersService } from '#identity';
import { type Instant, toDate } from '#kernel';
import { ProgrammesService } from '#programmes';
import { ConcurrencyLimitsService } from '#scheduling';
import { CompaniesService, MembersService, syntheticCreditCode } from '#tenancy';
import { DEMO_COMPANIES, type DemoCompany } from './companies.ts';
import { DEMO } from './demo-mark.ts';
import type { Office } from './office.ts';
import { DEMO_PEOPLE, type DemoPerson } from './people.ts';

const DAY = 86_400;

/** A person of the demo with the password that is printed once. */
export interface DemoAccount extends DemoPerson {
  readonly password: string;
}

const CLASSES = [
  { code: 'h800', name: 'NVIDIA H800 80GB', vendor: 'nvidia', resourceName: 'nvidia.com/gpu', fenPerGpuHour: 1_250n, weight: 100 },
  { code: 'a100', name: 'NVIDIA A100 80GB', vendor: 'nvidia', resourceName: 'nvidia.com/gpu', fenPerGpuHour: 880n, weight: 70 },
  { code: '910b', name: 'Ascend 910B', vendor: 'ascend', resourceName: 'huawei.com/Ascend910', fenPerGpuHour: 720n, weight: 60 },
] as const;

/** Programmes by what the history calls them. */
export type ProgrammeName = 'district' | 'hours' | 'city';

/** What the park has before anything happens in it. */
export interface Park {
  readonly programmes: Readonly<Record<ProgrammeName, string>>;
  /** Companies by their slugs. */
  readonly tenants: ReadonlyMap<string, string>;
  readonly accounts: readonly DemoAccount[];
}

/** GPU classes and prices, programmes with budgets, people, and companies with their members. */
export async function setUpPark(office: Office, tx: Tx, until: Instant): Promise<Park> {
  const accounts: DemoAccount[] = [];
  for (const person of DEMO_PEOPLE) if (person.company === undefined) accounts.push(await addPerson(office, tx, person));
  await addClasses(office, tx);
  const programmes = await addProgrammes(office, tx, until);
  const tenants = new Map<string, string>();
  for (const [index, company] of DEMO_COMPANIES.entries()) {
    const tenantId = await addCompany(office, tx, company, index + 1);
    tenants.set(company.slug, tenantId);
    accounts.push(...(await addMembers(office, tx, company, tenantId)));
  }
  const limits = office.get(ConcurrencyLimitsService);
  await limits.set(tx, office.person('admin@park.example'), tenants.get('lanjing') ?? '', 'a100', { share: null, maxGpus: 16 });
  await limits.set(tx, office.person('admin@park.example'), tenants.get('jingxu') ?? '', '910b', { share: null, maxGpus: 8 });
  return { programmes, tenants, accounts };
}

async function addClasses(office: Office, tx: Tx): Promise<void> {
  const catalog = office.get(CatalogService);
  for (const { fenPerGpuHour, ...gpuClass } of CLASSES) {
    await catalog.addClass(tx, DEMO, { ...gpuClass, nodeSelector: { 'speedspace.io/gpu-class': gpuClass.code }, gpusPerNode: 8 });
    await catalog.addPrice(tx, DEMO, gpuClass.code, { from: toDate(office.now - 365 * DAY), fenPerGpuHour });
  }
}

async function addProgrammes(office: Office, tx: Tx, until: Instant): Promise<Record<ProgrammeName, string>> {
  const programmes = office.get(ProgrammesService);
  const year = office.clock.now().getUTCFullYear();
  const period = { validFrom: toDate(office.now - 30 * DAY), validUntil: toDate(until + 270 * DAY) };
  const terms = { monthlyCapPerTenant: null, capPerTenant: null, carryOver: false, status: 'open' as const, ...period };
  const add = async (programme: Parameters<ProgrammesService['create']>[2], budget: bigint): Promise<string> => {
    const { id } = await programmes.create(tx, DEMO, programme);
    await programmes.appropriate(tx, DEMO, id, budget, `沪徐财预 ${year}-${programme.code}`, office.now);
    return id;
  };
  return {
    district: await add(
      {
        ...{ code: `xuhui-${year}`, name: `徐汇区算力补贴 ${year}`, funder: '徐汇区', unit: 'CNY', coverageBp: 5_000n, priority: 10 },
        ...{ classes: ['h800', 'a100', '910b'], ...terms, monthlyCapPerTenant: 30_000_000n, secondApprovalAbove: 50_000_000n },
      },
      500_000_000n,
    ),
    hours: await add(
      {
        ...{ code: `park-h800-${year}`, name: `模速空间 H800 机时 ${year}`, funder: '模速空间', unit: 'GPU_SECONDS' },
        ...{ coverageBp: 10_000n, priority: 20, classes: ['h800'], ...terms },
      },
      3_600n * 60_000n,
    ),
    city: await add(
      {
        ...{ code: `city-domestic-${year}`, name: `上海市国产算力券 ${year}`, funder: '上海市', unit: 'CNY', coverageBp: 8_000n },
        ...{ priority: 5, classes: ['910b'], ...terms, capPerTenant: 80_000_000n },
      },
      200_000_000n,
    ),
  };
}

async function addCompany(office: Office, tx: Tx, company: DemoCompany, number: number): Promise<string> {
  const { slug, name, owner, phone } = company;
  const companies = office.get(CompaniesService);
  const from = office.calendar.dayOf(office.now - (200 - 11 * number) * DAY);
  const until = office.calendar.dayOf(office.now + (900 - 11 * number) * DAY);
  const dates = { incubationFrom: from, incubationUntil: until };
  const { id } = await companies.register(tx, office.person('admin@park.example'), {
    ...{ name, slug, creditCode: syntheticCreditCode(number), ...dates },
  });
  await companies.setContacts(tx, office.person('admin@park.example'), id, [
    { kind: 'legal', name: owner, email: `owner@${slug}.example`, phone },
  ]);
  return id;
}

async function addMembers(office: Office, tx: Tx, company: DemoCompany, tenantId: string): Promise<DemoAccount[]> {
  const accounts: DemoAccount[] = [];
  for (const role of ['owner', 'engineer'] as const) {
    const email = `${role}@${company.slug}.example`;
    const person = DEMO_PEOPLE.find((known) => known.email === email);
    const account = await addPerson(office, tx, person ?? { email, name: company[role], role }, tenantId);
    await office.get(MembersService).add(tx, DEMO, tenantId, { userId: office.person(email).id, role });
    if (person !== undefined) accounts.push(account);
  }
  return accounts;
}

/** Those who are not offered on the sign-in page get no password: they choose one by a link. */
async function addPerson(
  office: Office,
  tx: Tx,
  person: Pick<DemoPerson, 'email' | 'name' | 'role'> & Partial<DemoPerson>,
  tenantId?: string,
): Promise<DemoAccount> {
  const { email, name, role, about } = person;
  const password = randomBytes(12).toString('base64url');
  const parkRoles = PARK_ROLES.filter((known) => known === role);
  const users = office.get(UsersService);
  const { id } = await users.create(tx, DEMO, { email, name, proof: 'operator', parkRoles, ...(about !== undefined && { password }) });
  office.introduce(email, { id, name, role, ...(tenantId !== undefined && { tenantId }) });
  return { ...person, about: about ?? { zh: '', en: '' }, password };
}
