import { createServer, type AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { SystemClock } from '#kernel';
import { openOffice } from '../demo/park-office.ts';
import { numberOf, numbersOf } from '../usage-error.ts';
import { type BenchDatabase, BenchServer } from './bench-server.ts';
import { bareHold, holdsPerSecond } from './ledger/holds.ts';
import { openPark } from './ledger/park.ts';
import { median } from './ledger/ticks.ts';
import { BenchProcess } from './processes.ts';
import { postgresSeconds, processorSeconds } from './processor-time.ts';
import { SubmittingClients, type Submission } from './submission/clients.ts';
import { openCompanies } from './submission/companies.ts';
import { count, machineFacts, percentile, table, verdict } from './tables.ts';

/** Bare holds that the database could place in the time of one submission: a submission also checks, quotes, audits and notifies. */
const AIM_HOLDS = 4;
const AIM_P99_MS = 100;
const WARM_UP_SECONDS = 5;
const READY_MS = 60_000;

interface Plan {
  readonly clients: number;
  readonly companies: readonly number[];
  readonly seconds: number;
  readonly turns: number;
  readonly pool: string;
  /** Where the API leaves a profile of its CPU; nowhere by default. */
  readonly profile: string | undefined;
}

interface Row {
  readonly companies: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly floor: number;
  /** Milliseconds of processor time that a submission takes: of the API, of PostgreSQL, of the clients. */
  readonly processor: readonly [api: number, postgres: number, clients: number];
}

function planOf(flags: string[]): Plan {
  const option = (fallback: string) => ({ type: 'string' as const, default: fallback });
  const { values } = parseArgs({
    args: flags,
    options: {
      ...{ clients: option('32'), companies: option('1,500'), seconds: option('10'), turns: option('3'), pool: option('10') },
      profile: { type: 'string' },
    },
  });
  return {
    clients: numberOf('--clients', values.clients),
    companies: numbersOf('--companies', values.companies),
    seconds: numberOf('--seconds', values.seconds),
    turns: numberOf('--turns', values.turns),
    pool: values.pool,
    profile: values.profile,
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** The API in a process of its own, as production runs it, and its address. */
async function startApi(directory: string, databaseUrl: string, plan: Plan): Promise<{ api: BenchProcess; url: string }> {
  const port = await freePort();
  const variables = {
    ...{ DATABASE_URL: databaseUrl, DATABASE_POOL: plan.pool, PORT: String(port), JWT_SECRET: 'a secret of the benchmark, long enough' },
    ...{ SIGN_IN_PER_MINUTE: '100000', SUBMISSIONS_PER_MINUTE: '10000000' },
  };
  const profiled = plan.profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', plan.profile];
  const api = BenchProcess.start('api', directory, variables, profiled);
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + READY_MS; ;) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return { api, url };
    if (!api.running || Date.now() > deadline) throw new Error(`the API is not ready: ${api.lastWords}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function signIn(url: string, email: string, password: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const body = (await answer.json()) as { accessToken?: string };
  if (body.accessToken === undefined) throw new Error(`sign-in was answered with ${answer.status}`);
  return body.accessToken;
}

function jobFile(number: number): string {
  return JSON.stringify({
    apiVersion: 'speedspace.io/v1',
    kind: 'Job',
    metadata: { name: `bench-${number}` },
    spec: {
      ...{ gpuClass: 'h800', replicas: 1, gpusPerReplica: 8, image: 'registry.park.example/llm/train:1.4.2', maxRuntime: '12h' },
      command: ['torchrun', '--nproc-per-node=8', 'train.py', '--config', 'configs/7b.yaml'],
      env: { NCCL_DEBUG: 'WARN', RUN_NAME: `bench-${number}` },
      selfPay: true,
    },
  });
}

async function measure(server: BenchServer, companies: number, plan: Plan): Promise<Row> {
  const database = await server.create(`bench_submission_${companies}`);
  const office = await openOffice(database.url, new SystemClock());
  const floor = await server.create(`bench_floor_${companies}`, plan.clients);
  const { companiesOf, emails, password } = await openCompanies(office, new SystemClock(), companies, plan.clients);
  await office.close();
  await openPark(floor);
  const bare = await bareHold(floor);
  const { api, url } = await startApi(server.directory, database.url, plan);
  const clients = new SubmittingClients(url, plan.clients);
  try {
    const tokens: string[] = [];
    for (const email of emails) tokens.push(await signIn(url, email, password));
    let submitted = 0;
    const next = (client: number): Submission => {
      submitted += 1;
      const own = companiesOf[client] ?? [];
      return {
        token: tokens[client] ?? '',
        companyId: own[submitted % own.length] ?? '',
        key: `bench-${submitted}`,
        body: jobFile(submitted),
      };
    };
    await clients.run(WARM_UP_SECONDS, next);
    const rates: number[] = [];
    const floors: number[] = [];
    const latencies: number[] = [];
    const processor: [number, number, number] = [0, 0, 0];
    for (let turn = 0; turn < plan.turns; turn += 1) {
      const before = await processorTimes(api, database.owner);
      const measured = await clients.run(plan.seconds, next);
      const after = await processorTimes(api, database.owner);
      after.forEach((seconds, index) => (processor[index] = (processor[index] ?? 0) + seconds - (before[index] ?? 0)));
      rates.push(measured.perSecond);
      latencies.push(...measured.latencies);
      floors.push(await holdsPerSecond(bare, companies, plan.seconds / 2));
    }
    await checkWhole(database.owner, submitted);
    const perOne = (seconds: number): number => (seconds * 1_000) / latencies.length;
    return {
      companies,
      perSecond: median(rates),
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      floor: median(floors),
      processor: [perOne(processor[0]), perOne(processor[1]), perOne(processor[2])],
    };
  } finally {
    clients.close();
    await api.stop();
    await floor.close();
    await database.close();
  }
}

/** Seconds of the processor that the API, PostgreSQL and the clients in this process have taken. */
async function processorTimes(api: BenchProcess, owner: BenchDatabase['owner']): Promise<readonly number[]> {
  return [await processorSeconds(api.pid), await postgresSeconds(owner), await processorSeconds(process.pid)];
}

/** Nothing that was answered is missing, and the audit trail is a chain still. */
async function checkWhole(owner: { query: <T>(sql: string) => Promise<T> }, submitted: number): Promise<void> {
  const [found] = await owner.query<{ jobs: bigint; kept: bigint; events: bigint; linked: bigint }[]>(
    `SELECT (SELECT count(*) FROM job) AS jobs, (SELECT count(*) FROM idempotent_request) AS kept,
            (SELECT count(*) FROM audit_event WHERE action = 'job.submitted') AS events,
            (SELECT count(*) FROM audit_event e JOIN audit_chain c ON c.event_id = e.id WHERE e.action = 'job.submitted') AS linked`,
  );
  const counted = [found?.jobs, found?.kept, found?.events, found?.linked].map(Number);
  if (counted.some((number) => number !== submitted)) throw new Error(`${submitted} jobs were submitted, found: ${counted.join(', ')}`);
}

function report(rows: readonly Row[], { clients, turns }: Plan): string {
  const cells = rows.map(({ companies, perSecond, p50, p99, floor, processor }) => [
    ...[count(companies), count(perSecond), p50.toFixed(0), p99.toFixed(0), count(floor), `${(perSecond / floor).toFixed(2)}×`],
    ...processor.map((milliseconds) => milliseconds.toFixed(2)),
  ]);
  return [
    `Submissions over HTTP by ${clients} clients, each with an Idempotency-Key; medians of ${turns}. ${machineFacts()}`,
    'Floor: one statement, a conditional update of a balance and one inserted row, by as many clients.',
    '',
    table(['companies', 'submissions/s', 'p50 ms', 'p99 ms', 'floor holds/s', 'to floor', 'CPU ms: API', 'PostgreSQL', 'clients'], cells),
    '',
    ...rows.flatMap(({ companies, perSecond, p99, floor }) => {
      const where = companies === 1 ? 'on one company' : `on ${count(companies)} companies`;
      return [
        verdict(`bare holds in the time of a submission, ${where}`, floor / perSecond, AIM_HOLDS, 'holds', 2),
        verdict(`p99 ${where}`, p99, AIM_P99_MS, 'ms', 0),
      ];
    }),
  ].join('\n');
}

/**
 * `npm run bench -- submission`: the real API, in a process of its own, beside the bare floor of a hold on the same PostgreSQL, with all
 * clients on one company, and then spread over 500. Takes about three minutes; `--companies 1` measures the one alone, `--profile DIRECTORY`
 * leaves a CPU profile.
 */
export async function submissionBench(flags: string[]): Promise<void> {
  const plan = planOf(flags);
  const server = await BenchServer.start([]);
  try {
    const rows: Row[] = [];
    for (const companies of plan.companies) rows.push(await measure(server, companies, plan));
    console.log(report(rows, plan));
  } finally {
    await server.stop();
  }
}
