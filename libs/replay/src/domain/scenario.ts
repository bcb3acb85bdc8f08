import { z } from 'zod';
import { BusinessCalendar, DomainError, type Instant, instantOf } from '#kernel';

const code = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9._-]+$/, 'must be made of letters, digits, ".", "_" and "-"');
/** Usage, ledger and scenarios have one-second resolution (rule U2): a fraction would be lost in silence. */
const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => !/\.\d*[1-9]/.test(text), 'must be a whole second')
  .transform((text): Instant => instantOf(new Date(text)));
const whole = z.int().nonnegative();
const amount = whole.transform(BigInt);
const cap = amount.nullable();

const event = z.discriminatedUnion('type', [
  z.strictObject({ at: instant, type: z.literal('topUp'), tenant: code, amount }),
  z.strictObject({ at: instant, type: z.literal('freezeGrant'), grant: code }),
  z.strictObject({ at: instant, type: z.literal('unfreezeGrant'), grant: code }),
  z.strictObject({ at: instant, type: z.literal('clawBack'), grant: code, amount }),
  z.strictObject({ at: instant, type: z.literal('amendGrant'), grant: code, addAmount: amount }),
]);

/** The input of replay.md, strictly: a field that is not in it is refused. */
export const scenarioSchema = z.strictObject({
  timezone: z.string(),
  tickSeconds: z.int().min(1).max(86_400),
  gpuClasses: z.array(z.strictObject({ code, prices: z.array(z.strictObject({ from: instant, fenPerGpuHour: amount })).min(1) })),
  programmes: z.array(
    z.strictObject({
      ...{ code, unit: z.enum(['CNY', 'GPU_SECONDS']), budget: amount, coverageBp: z.int().min(0).max(10_000).transform(BigInt) },
      ...{ classes: z.array(code).min(1), priority: z.int(), monthlyCapPerTenant: cap, capPerTenant: cap, carryOver: z.boolean() },
    }),
  ),
  tenants: z.array(z.strictObject({ code, wallet: amount })),
  grants: z.array(z.strictObject({ code, programme: code, tenant: code, amount, validFrom: instant, validUntil: instant })),
  jobs: z.array(
    z.strictObject({
      ...{ code, tenant: code, class: code, selfPay: z.boolean(), admittedAt: instant },
      pods: z.array(z.strictObject({ uid: code, gpus: whole.max(1_000_000), start: instant, end: instant })),
    }),
  ),
  events: z.array(event),
  until: instant,
});

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioEvent = Scenario['events'][number];

/** One fault of a scenario file. */
export interface ScenarioFault {
  /** JSON pointer to it. */
  readonly pointer: string;
  readonly message: string;
}

/** A scenario file that is refused: all its faults, each with pointer and remedy. */
export class ScenarioRefused extends Error {
  constructor(readonly faults: readonly ScenarioFault[]) {
    super(faults.map(({ pointer, message }) => `${pointer === '' ? '/' : pointer}: ${message}`).join('\n'));
    this.name = 'ScenarioRefused';
  }
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Parses and checks a scenario. @throws ScenarioRefused naming every fault it found */
export function parseScenario(json: unknown): Scenario {
  const parsed = scenarioSchema.safeParse(json);
  if (!parsed.success) {
    throw new ScenarioRefused(
      parsed.error.issues.map((issue) => ({ pointer: pointerTo(issue.path), message: `${issue.message}. See replay.md for the form.` })),
    );
  }
  const faults = faultsOf(parsed.data);
  if (faults.length > 0) throw new ScenarioRefused(faults);
  return parsed.data;
}

type Note = (pointer: string, message: string) => void;

function faultsOf(scenario: Scenario): ScenarioFault[] {
  const faults: ScenarioFault[] = [];
  const note: Note = (pointer, message) => faults.push({ pointer, message });
  checkTimeZone(scenario, note);
  checkUnique(scenario, note);
  checkPrices(scenario, note);
  checkProgrammes(scenario, note);
  checkGrants(scenario, note);
  checkJobs(scenario, note);
  checkEvents(scenario, note);
  return faults;
}

function checkTimeZone({ timezone }: Scenario, note: Note): void {
  try {
    new BusinessCalendar(timezone);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    note('/timezone', `${error.detail} ${error.remedy ?? ''}`.trim());
  }
}

function checkUnique(scenario: Scenario, note: Note): void {
  for (const list of ['gpuClasses', 'programmes', 'tenants', 'grants', 'jobs'] as const) {
    const seen = new Set<string>();
    scenario[list].forEach((item, index) => {
      if (seen.has(item.code)) note(`/${list}/${index}/code`, `"${item.code}" stands here twice. Give each its own code.`);
      seen.add(item.code);
    });
  }
}

function checkPrices({ gpuClasses }: Scenario, note: Note): void {
  gpuClasses.forEach(({ prices }, index) => {
    const seen = new Set<Instant>();
    prices.forEach(({ from }, at) => {
      if (seen.has(from)) note(`/gpuClasses/${index}/prices/${at}/from`, 'Two prices begin at this instant. Keep one.');
      seen.add(from);
    });
  });
}

function checkProgrammes({ programmes, gpuClasses }: Scenario, note: Note): void {
  const known = new Set(gpuClasses.map((gpuClass) => gpuClass.code));
  programmes.forEach((programme, index) => {
    const at = `/programmes/${index}`;
    programme.classes.forEach((name, position) => {
      if (!known.has(name)) note(`${at}/classes/${position}`, `There is no GPU class "${name}". Name one of gpuClasses.`);
    });
    if (programme.unit !== 'GPU_SECONDS') return;
    if (programme.classes.length !== 1) note(`${at}/classes`, 'A programme in GPU_SECONDS names exactly one class.');
    if (programme.coverageBp !== 10_000n) note(`${at}/coverageBp`, 'A programme in GPU_SECONDS covers its seconds in full. Set 10000.');
  });
}

function checkGrants(scenario: Scenario, note: Note): void {
  const tenants = new Set(scenario.tenants.map((tenant) => tenant.code));
  const left = new Map(scenario.programmes.map((programme) => [programme.code, programme.budget]));
  scenario.grants.forEach((grant, index) => {
    const at = `/grants/${index}`;
    if (!tenants.has(grant.tenant)) note(`${at}/tenant`, `There is no tenant "${grant.tenant}". Name one of tenants.`);
    if (grant.validFrom >= grant.validUntil) note(`${at}/validUntil`, 'A grant ends after it begins. Give a later end.');
    const budget = left.get(grant.programme);
    if (budget === undefined) {
      note(`${at}/programme`, `There is no programme "${grant.programme}". Name one of programmes.`);
      return;
    }
    if (budget < grant.amount) note(`${at}/amount`, `The programme has ${budget} left to promise. Grant less, or raise its budget.`);
    left.set(grant.programme, budget - grant.amount);
  });
}

function checkJobs(scenario: Scenario, note: Note): void {
  const tenants = new Set(scenario.tenants.map((tenant) => tenant.code));
  const firstPrice = new Map(scenario.gpuClasses.map(({ code: name, prices }) => [name, Math.min(...prices.map((price) => price.from))]));
  const uids = new Set<string>();
  scenario.jobs.forEach((job, index) => {
    const at = `/jobs/${index}`;
    if (!tenants.has(job.tenant)) note(`${at}/tenant`, `There is no tenant "${job.tenant}". Name one of tenants.`);
    const priced = firstPrice.get(job.class);
    if (priced === undefined) note(`${at}/class`, `There is no GPU class "${job.class}". Name one of gpuClasses.`);
    else if (job.admittedAt < priced) note(`${at}/admittedAt`, 'Its GPU class has no price yet at this instant. Add an earlier price.');
    job.pods.forEach((pod, position) => {
      const here = `${at}/pods/${position}`;
      if (uids.has(pod.uid)) note(`${here}/uid`, `The pod "${pod.uid}" stands here twice. A pod has one interval (rule M2).`);
      uids.add(pod.uid);
      if (pod.end < pod.start) note(`${here}/end`, 'A pod ends no earlier than it starts.');
      if (pod.start < job.admittedAt) note(`${here}/start`, 'A pod starts no earlier than its job is admitted.');
    });
  });
}

function checkEvents(scenario: Scenario, note: Note): void {
  const tenants = new Set(scenario.tenants.map((tenant) => tenant.code));
  const grants = new Set(scenario.grants.map((grant) => grant.code));
  scenario.events.forEach((given, index) => {
    if (given.type === 'topUp') {
      if (!tenants.has(given.tenant)) note(`/events/${index}/tenant`, `There is no tenant "${given.tenant}". Name one of tenants.`);
    } else if (!grants.has(given.grant)) note(`/events/${index}/grant`, `There is no grant "${given.grant}". Name one of grants.`);
  });
}
