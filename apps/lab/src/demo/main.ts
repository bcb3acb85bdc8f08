import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import Table from 'cli-table3';
import { systemActor } from '#audit';
import { Transactions } from '#database';
import { BusinessCalendar, canonicalJson, formatGpuHours, formatMoney, instantOf, ScaledClock } from '#kernel';
import { isTerminal, type JobSummary, JobsService, parseJobFile } from '#jobs';
import { LedgerPeriodsService } from '#ledger';
import { meteredGpuSeconds } from '#metering';
import {
  MonthClosingService,
  READABLE_FORMATS,
  readableFile,
  readableStatement,
  type Statement,
  StatementDocumentsService,
  StatementsService,
} from '#statements';
import type { Company } from '#tenancy';
import { startStandalone } from '../../../standalone/src/standalone.ts';
import { standaloneSettings } from '../../../standalone/src/standalone-settings.ts';
import { migrations } from '../../../../migrations/index.ts';
import { runCommand } from '../usage-error.ts';
import { openCompanies } from './demo-companies.ts';
import { grantByApplication, openOffice, openProgramme } from './park-office.ts';
import { dumpRelease } from './release-dump.ts';
import { type DemoTask, demoWorkload } from './workload.ts';

/** Simulated seconds per real one: five hours of the park in three quarters of a minute. */
const SPEED = 400;
/** Two hours before the month ends in Shanghai, so that jobs run across it. */
const BEGIN = new Date('2026-10-31T14:00:00Z');
const MONTH = '2026-10';
const OUTPUT = 'demo-output';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function submitAll(office: INestApplicationContext, companies: readonly Company[], tasks: readonly DemoTask[]): Promise<void> {
  for (const task of tasks) {
    const company = companies[task.tenant];
    if (company === undefined) continue;
    const metadata = { name: task.name, annotations: { 'sim.speedspace.io/run-time': `${task.seconds}s` } };
    const spec = { gpuClass: 'h800', replicas: 1, gpusPerReplica: task.gpus, image: 'registry.park.example/trace:1', selfPay: true };
    const file = {
      apiVersion: 'speedspace.io/v1',
      kind: 'Job',
      metadata,
      spec: { ...spec, maxRuntime: '4h', checkpoint: { grace: '1m' } },
    };
    await office
      .get(Transactions)
      .run((tx) => office.get(JobsService).submit(tx, systemActor(`engineer of ${company.name}`), company.id, parseJobFile(file)));
  }
}

async function allJobs(office: INestApplicationContext): Promise<readonly JobSummary[]> {
  return (await office.get(JobsService).list(office.get(Transactions).reader, { limit: 1_000 })).jobs;
}

async function watchThemEnd(office: INestApplicationContext, clock: ScaledClock): Promise<readonly JobSummary[]> {
  for (;;) {
    const jobs = await allJobs(office);
    const ended = jobs.filter((job) => isTerminal(job.state)).length;
    const running = jobs.filter((job) => job.state === 'Running').length;
    const line = `  ${clock.now().toISOString().slice(0, 19)}Z  ${ended} of ${jobs.length} jobs ended, ${running} running`;
    process.stdout.write(process.stdout.isTTY ? `\r${line}   ` : `${line}\n`);
    if (ended === jobs.length) break;
    await new Promise((resolve) => setTimeout(resolve, process.stdout.isTTY ? 500 : 5_000));
  }
  say('');
  return await allJobs(office);
}

function summary(companies: readonly Company[], jobs: readonly JobSummary[], statements: readonly Statement[]): string {
  const table = new Table({
    head: ['company', 'jobs', 'GPU-hours', 'list cost', 'subsidy', 'self-paid', 'absorbed'],
    style: { head: [], border: [] },
  });
  for (const { id, name } of companies) {
    const own = statements.filter((statement) => statement.tenantId === id).map((statement) => statement.totals);
    const sum = (key: keyof (typeof own)[number]): bigint => own.reduce((total, totals) => total + totals[key], 0n);
    const money = (['listFen', 'subsidyFen', 'selfPaidFen', 'absorbedFen'] as const).map((key) => formatMoney(sum(key)));
    table.push([name, jobs.filter((job) => job.tenantId === id).length, formatGpuHours(sum('gpuSeconds')), ...money]);
  }
  return table.toString();
}

/** Every statement of the months in which the demo ran. */
async function statementsOf(
  office: INestApplicationContext,
  companies: readonly Company[],
  months: readonly string[],
): Promise<Statement[]> {
  const tx = office.get(Transactions).reader;
  const found: Statement[] = [];
  for (const { id } of companies) for (const month of months) found.push(await office.get(StatementsService).ofTenant(tx, id, month));
  return found;
}

async function leaveStatements(
  office: INestApplicationContext,
  companies: readonly Company[],
  statements: readonly Statement[],
): Promise<void> {
  const tx = office.get(Transactions).reader;
  await mkdir(OUTPUT, { recursive: true });
  for (const { tenantId, month } of statements) {
    const company = companies.find(({ id }) => id === tenantId);
    const file = path.join(OUTPUT, `${company?.slug ?? tenantId}-${month}`);
    const issued = await office.get(StatementDocumentsService).statement(tx, tenantId, month);
    const { document, digest, closedAt } = issued;
    await writeFile(`${file}.json`, canonicalJson({ document, digest, status: closedAt === undefined ? 'open' : 'closed' }));
    const readable = readableStatement(issued, { language: 'zh', park: '模速空间', timeZone: 'Asia/Shanghai' });
    for (const format of READABLE_FORMATS) await writeFile(`${file}.${format}`, await readableFile(readable, format));
  }
}

/** @param dump file that the database is written to at the end, for the test of the next release's migrations */
async function demo(dump: string | undefined): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'speedspace-demo-'));
  await chmod(folder, 0o755);
  const clock = new ScaledClock(SPEED, BEGIN);
  const variables = {
    DATA_DIRECTORY: folder,
    // It makes companies and people of its own.
    DEMO_DATA: 'false',
    PORT: '0',
    POSTGRES_PORT: '0',
    SIM_PORT: '0',
    METERING_TICK: '300',
    START_DEADLINE: '7200',
    REACTION_TIME: '600',
  };
  const product = await startStandalone(standaloneSettings({ ...process.env, DATABASE_URL: '', KUBECONFIG: '', ...variables }), clock);
  const office = await openOffice(product.databaseUrl, clock);
  try {
    const companies = await openCompanies(office, clock);
    const programme = await openProgramme(office, clock);
    say('programme   演示机时: 1,000 GPU-hours of h800');
    for (const company of companies) {
      await grantByApplication(office, company, company.slug, programme, instantOf(clock.now()));
      say(`grant       ${company.name}: applied, recommended, approved: 200 GPU-hours`);
    }
    const { origin, tasks } = await demoWorkload(companies.length);
    say(`submissions ${tasks.length} jobs: ${origin}`);
    await submitAll(office, companies, tasks);
    const jobs = await watchThemEnd(office, clock);

    const monthEnd = instantOf(new Date(BEGIN.getTime() + 2 * 3_600_000));
    while (instantOf(clock.now()) < monthEnd) await clock.wait(60_000);
    const tx = office.get(Transactions);
    await tx.run((within) => office.get(MonthClosingService).close(within, systemActor('finance'), MONTH));
    say(`month end   ${MONTH} is closed`);

    const calendar = new BusinessCalendar();
    const months = [...new Set([MONTH, calendar.monthOf(instantOf(clock.now()))])];
    const statements = await statementsOf(office, companies, months);
    await leaveStatements(office, companies, statements);
    say(summary(companies, jobs, statements));

    const now = instantOf(clock.now());
    const ledger = await office.get(LedgerPeriodsService).chargesByJob(tx.reader, {}, { from: 0, until: now });
    const totals: [string, bigint][] = [
      ['cluster', (product.cluster?.truth() ?? []).reduce((sum, pod) => sum + BigInt(pod.gpuSeconds), 0n)],
      ['meter', await meteredGpuSeconds(tx.reader, { from: 0, until: now })],
      ['ledger', ledger.reduce((sum, charge) => sum + charge.gpuSeconds, 0n)],
      ['statements', statements.reduce((sum, statement) => sum + statement.totals.gpuSeconds, 0n)],
    ];
    for (const [what, gpuSeconds] of totals) say(`${what.padEnd(11)} ${gpuSeconds} GPU-seconds`);
    const agree = new Set(totals.map(([, gpuSeconds]) => gpuSeconds)).size === 1;
    say(agree ? `All four agree. The statements are in ${OUTPUT}/.` : 'They do not agree.');
    if (dump !== undefined && product.databaseOwnerUrl !== undefined) await dumpRelease(product.databaseOwnerUrl, migrations, dump);
    return agree;
  } finally {
    await office.close();
    await product.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await runCommand(async () => {
  const { values } = parseArgs({ options: { dump: { type: 'string' } } });
  process.exit((await demo(values.dump)) ? 0 : 1);
});
