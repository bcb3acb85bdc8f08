import type { Application, Evidence } from './application-data.ts';

/** Whether a condition is met; undefined while what shows it is not known. */
export interface Condition {
  readonly key: 'programme' | 'window' | 'company' | 'incubation' | 'period' | 'attachments' | 'budget' | 'cap';
  readonly met: boolean | undefined;
}

/** The conditions that an application is judged by, from what the API says of its company and programme. The API decides. */
export function conditionsOf(application: Application, evidence: Evidence): Condition[] {
  const { company, programme, attachments, caps } = evidence;
  const cap = caps?.find(({ programmeId }) => programmeId === application.programmeId);
  const from = application.validFrom ?? evidence.grant?.validFrom ?? null;
  const until = application.validUntil ?? evidence.grant?.validUntil ?? null;
  const conditions: Condition[] = [
    { key: 'programme', met: programme === undefined ? undefined : programme.status === 'open' },
    { key: 'company', met: company === undefined ? undefined : company.status === 'active' },
    {
      key: 'incubation',
      met: company === undefined || until === null ? undefined : coversDays(company.incubationFrom, company.incubationUntil, from, until),
    },
    {
      key: 'period',
      met: programme === undefined || until === null ? undefined : covers(programme.validFrom, programme.validUntil, from, until),
    },
  ];
  if (application.submittedAt !== null && programme !== undefined) {
    conditions.splice(1, 0, {
      key: 'window',
      met: covers(programme.applicationFrom, programme.applicationUntil, application.submittedAt, application.submittedAt),
    });
  }
  if ((programme?.requiredAttachments.length ?? 0) > 0) {
    conditions.push({ key: 'attachments', met: attachments === undefined ? undefined : missingAttachments(evidence).length === 0 });
  }
  if (promises(application)) {
    conditions.push({
      key: 'budget',
      met: programme?.unpromised === undefined ? undefined : (application.amount ?? 0) <= programme.unpromised,
    });
    if (programme?.capPerTenant !== undefined && programme.capPerTenant !== null) {
      conditions.push({ key: 'cap', met: cap === undefined ? undefined : cap.paid < programme.capPerTenant });
    }
  }
  return conditions;
}

/** The names of the attachments that the programme asks for and the application lacks. */
export function missingAttachments({ programme, attachments }: Evidence): string[] {
  return (programme?.requiredAttachments ?? [])
    .filter(({ kind }) => attachments?.some((attachment) => attachment.kind === kind) !== true)
    .map(({ name }) => name);
}

/** Whether an approval promises more of the programme's budget. */
export function promises({ kind }: Pick<Application, 'kind'>): boolean {
  return kind === 'grant' || kind === 'renewal' || kind === 'increase';
}

/** Whether two periods have an instant in common; an end that is null is open. */
export function overlaps(
  left: { readonly validFrom: string | null; readonly validUntil: string | null },
  right: { readonly validFrom: string | null; readonly validUntil: string | null },
): boolean {
  const start = (at: string | null) => (at === null ? -Infinity : Date.parse(at));
  const end = (at: string | null) => (at === null ? Infinity : Date.parse(at));
  return start(left.validFrom) < end(right.validUntil) && start(right.validFrom) < end(left.validUntil);
}

function covers(from: string | null, until: string | null, start: string | null, end: string): boolean {
  return (
    (from === null || start === null || Date.parse(start) >= Date.parse(from)) && (until === null || Date.parse(end) <= Date.parse(until))
  );
}

const DAY_MS = 86_400_000;

/** Days name whole days: a period may end with the last of them. Undefined where the company has no incubation period. */
function coversDays(from: string | null, until: string | null, start: string | null, end: string): boolean | undefined {
  if (from === null && until === null) return undefined;
  const after = until === null || Date.parse(end) <= Date.parse(until) + DAY_MS;
  return after && (from === null || start === null || Date.parse(start) >= Date.parse(from) - DAY_MS);
}
