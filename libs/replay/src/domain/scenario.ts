import { BusinessCalendar, DomainError, formatAmount, type Instant, type Unit } from '#kernel';

/** A scenario of replay.md, parsed: codes are ids, instants are whole seconds. */
export interface Scenario {
  readonly timezone: string;
  readonly tickSeconds: number;
  readonly gpuClasses: readonly {
    readonly code: string;
    readonly prices: readonly { readonly from: Instant; readonly fenPerGpuHour: bigint }[];
  }[];
  readonly programmes: readonly {
    readonly code: string;
    readonly unit: Unit;
    readonly budget: bigint;
    readonly coverageBp: bigint;
    readonly classes: string[];
    readonly priority: number;
    readonly monthlyCapPerTenant: bigint | null;
    readonly capPerTenant: bigint | null;
    readonly carryOver: boolean;
  }[];
  readonly tenants: readonly { readonly code: string; readonly wallet: bigint }[];
  readonly grants: readonly {
    readonly code: string;
    readonly programme: string;
    readonly tenant: string;
    readonly amount: bigint;
    readonly validFrom: Instant;
    readonly validUntil: Instant;
  }[];
  readonly jobs: readonly {
    readonly code: string;
    readonly tenant: string;
    readonly class: string;
    readonly selfPay: boolean;
    readonly admittedAt: Instant;
    readonly pods: readonly { readonly uid: string; readonly gpus: number; readonly start: Instant; readonly end: Instant }[];
  }[];
  readonly events: readonly ScenarioEvent[];
  readonly until: Instant;
}

export type ScenarioEvent =
  | { readonly at: Instant; readonly type: 'topUp'; readonly tenant: string; readonly amount: bigint }
  | { readonly at: Instant; readonly type: 'freezeGrant' | 'unfreezeGrant'; readonly grant: string }
  | { readonly at: Instant; readonly type: 'clawBack'; readonly grant: string; readonly amount: bigint }
  | { readonly at: Instant; readonly type: 'amendGrant'; readonly grant: string; readonly addAmount: bigint };

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

type Note = (pointer: string, message: string) => void;

/** What a well-formed scenario may still have wrong: unknown codes, duplicates, budgets, times. */
export function faultsOf(scenario: Scenario): ScenarioFault[] {
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
      if (seen.has(item.code)) note(`/${list}/${index}/code`, `"${item.code}" is used twice. Give each its own code.`);
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
  const left = new Map(scenario.programmes.map(({ code, unit, budget }) => [code, { unit, budget }]));
  scenario.grants.forEach((grant, index) => {
    const at = `/grants/${index}`;
    if (!tenants.has(grant.tenant)) note(`${at}/tenant`, `There is no tenant "${grant.tenant}". Name one of tenants.`);
    if (grant.validFrom >= grant.validUntil) note(`${at}/validUntil`, 'A grant ends after it begins. Give a later end.');
    const programme = left.get(grant.programme);
    if (programme === undefined) {
      note(`${at}/programme`, `There is no programme "${grant.programme}". Name one of programmes.`);
      return;
    }
    const { unit, budget } = programme;
    if (budget < grant.amount) {
      note(`${at}/amount`, `The programme has ${formatAmount(unit, budget)} left to promise. Grant less, or raise its budget.`);
    }
    left.set(grant.programme, { unit, budget: budget - grant.amount });
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
      if (uids.has(pod.uid)) note(`${here}/uid`, `The pod "${pod.uid}" is listed twice. A pod has one interval (rule M2).`);
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
