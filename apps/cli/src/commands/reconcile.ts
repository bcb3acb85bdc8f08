import type { components } from '#api-client';
import { hours, money } from '../amounts.ts';
import { answerOf, connect } from '../api-client.ts';
import { parseDay, parseMonth } from '../arguments.ts';
import { companyMeant } from '../capacity.ts';
import { known } from '../facts.ts';
import type { CliEnvironment } from '../cli-environment.ts';
import { Disagreement, UsageError } from '../failures.ts';
import { type Column, render } from '../output.ts';
import { type AddCommands, showOne, type Shown, verb } from './command-context.ts';

type Reconciliation = components['schemas']['Reconciliation'];
type Difference = components['schemas']['ReconciliationDifference'];

interface Asked extends Shown {
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
  readonly company?: string;
  readonly jobs?: boolean;
  readonly nightly?: boolean;
}

const REPORTED_BY: Readonly<Record<Reconciliation['cluster']['source'], string>> = {
  record: 'its own record',
  pods: 'the pods that it still has',
  none: 'no record of the cluster for this period',
  unreachable: 'it did not answer',
};

function byTheCluster({ source, pods, clusterGpuSeconds, meteredGpuSeconds }: Reconciliation['cluster']): string {
  if (source === 'none' || source === 'unreachable') return REPORTED_BY[source];
  const ran = `${hours(clusterGpuSeconds)} GPU-hours (${clusterGpuSeconds} s)`;
  return `${ran} of ${pods} pods by ${REPORTED_BY[source]}, ${meteredGpuSeconds} s metered of them`;
}

const inUnit = ({ unit }: Difference, amount: number): string => (unit === 'CNY' ? money(amount) : `${amount} s`);

const differenceColumns: Column<Difference>[] = [
  { title: 'about', of: ({ podUid, jobId, account, tenantId }) => podUid ?? jobId ?? account ?? tenantId ?? '' },
  { title: 'job', of: ({ jobId = '' }) => jobId },
  { title: 'code', of: ({ code, known: isKnown }) => (isKnown ? `${code} (known)` : code) },
  { title: 'expected', of: (difference) => inUnit(difference, difference.expected), align: 'right' },
  { title: 'found', of: (difference) => inUnit(difference, difference.found), align: 'right' },
  { title: 'reason', of: ({ reason }) => reason },
];

type Sides = NonNullable<Reconciliation['jobs']>[number];

const sidesColumns: Column<Sides>[] = [
  { title: 'job', of: ({ jobId }) => jobId },
  { title: 'company', of: ({ tenantId }) => tenantId },
  { title: 'cluster s', of: ({ clusterGpuSeconds }) => String(clusterGpuSeconds), align: 'right' },
  { title: 'metered s', of: ({ meteredGpuSeconds }) => String(meteredGpuSeconds), align: 'right' },
  { title: 'refunded s', of: ({ refundedGpuSeconds }) => String(refundedGpuSeconds), align: 'right' },
  { title: 'late s', of: ({ lateGpuSeconds }) => String(lateGpuSeconds), align: 'right' },
  { title: 'ledger s', of: ({ ledgerGpuSeconds }) => String(ledgerGpuSeconds), align: 'right' },
  { title: 'statement s', of: ({ statementGpuSeconds }) => String(statementGpuSeconds), align: 'right' },
];

type Nightly = components['schemas']['NightlyReconciliation'];

const runColumns: Column<Nightly['runs'][number]>[] = [
  { title: 'month', of: ({ month }) => month },
  { title: 'at', of: ({ at }) => at },
  { title: 'jobs', of: ({ comparedJobs }) => String(comparedJobs), align: 'right' },
  { title: 'cluster s', of: ({ clusterGpuSeconds }) => String(clusterGpuSeconds), align: 'right' },
  { title: 'metered s', of: ({ meteredGpuSeconds }) => String(meteredGpuSeconds), align: 'right' },
  { title: 'ledger s', of: ({ ledgerGpuSeconds }) => String(ledgerGpuSeconds), align: 'right' },
  { title: 'statement s', of: ({ statementGpuSeconds }) => String(statementGpuSeconds), align: 'right' },
  { title: 'differences', of: ({ differenceCount }) => String(differenceCount), align: 'right' },
];

const openColumns: Column<Nightly['differences'][number]>[] = [
  { title: 'month', of: ({ month }) => month },
  { title: 'first seen', of: ({ firstSeenAt }) => firstSeenAt },
  { title: 'about', of: ({ podUid, jobId, account, tenantId }) => podUid ?? jobId ?? account ?? tenantId ?? '' },
  { title: 'code', of: ({ code }) => code },
  { title: 'reason', of: ({ reason }) => reason },
];

function showNightly(environment: CliEnvironment, shown: Shown, found: Nightly): void {
  if (shown.output !== 'table') {
    environment.out(render(shown.output, found, openColumns, found.differences));
  } else {
    environment.out(found.runs.length === 0 ? 'No night has reconciled yet.\n' : render('table', found.runs, runColumns, found.runs));
    if (found.differences.length > 0) environment.out(`\n${render('table', found.differences, openColumns, found.differences)}`);
  }
  if (found.openDifferences > 0) throw new Disagreement(`${found.openDifferences} differences are open.`);
}

export const addReconcile: AddCommands = (program, environment) => {
  verb(
    program,
    'reconcile',
    'whether cluster, meter, ledger and statements of a period agree; exit code 1 where not',
    'mss reconcile 2026-10',
    'mss reconcile --from 2026-10-01 --to 2026-12-31 --company jiding --jobs',
    'mss reconcile 2026-10 -o json',
    'mss reconcile --nightly',
  )
    .argument('[month]', 'such as 2026-10 (default: the present one)', parseMonth)
    .option('--month <month>', 'the same', parseMonth)
    .option('--from <day>', 'the first day, instead of a month', parseDay)
    .option('--to <day>', 'the last day', parseDay)
    .option('--company <id or slug>', 'of one company only')
    .option('--jobs', 'show the sides of each job, at most 1,000')
    .option('--nightly', 'what the reconciliations of the nights found, instead of a new one')
    .action(async (named: string | undefined, { month = named, from, to, company, jobs, nightly, ...shown }: Asked) => {
      if (named !== undefined && month !== named) throw new UsageError('Two months are given.', 'Give one of them.');
      const api = await connect(environment);
      if (nightly === true) {
        showNightly(environment, shown, answerOf(await api.GET('/api/v1/reconciliation/nightly', {})));
        return;
      }
      const query = {
        ...{ ...(month !== undefined && { month }), ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
        ...(company !== undefined && { company: await companyMeant(api, company) }),
        ...(jobs === true && { jobs: 'true' as const }),
      };
      const found = answerOf(await api.GET('/api/v1/reconciliation', { params: { query } }));
      const facts = known([
        ['month', found.month],
        ['period', found.month === undefined ? `${found.from} to ${found.until}` : undefined],
        ['company', found.tenantId],
        ['by the record', `${hours(found.clusterGpuSeconds)} GPU-hours (${found.clusterGpuSeconds} s)`],
        ['metered', `${hours(found.meteredGpuSeconds)} GPU-hours (${found.meteredGpuSeconds} s)`],
        ['refunded', found.refundedGpuSeconds === 0 ? undefined : `${found.refundedGpuSeconds} s`],
        ['late', found.lateGpuSeconds === 0 ? undefined : `${found.lateGpuSeconds} s`],
        ['in the ledger', `${hours(found.ledgerGpuSeconds)} GPU-hours (${found.ledgerGpuSeconds} s)`],
        ['on statements', `${hours(found.statementGpuSeconds)} GPU-hours (${found.statementGpuSeconds} s)`],
        ['jobs compared', found.comparedJobs],
        ['differences', found.differenceCount],
        ['by the cluster', byTheCluster(found.cluster)],
        ['they agree', found.agrees ? 'yes' : 'no'],
      ]);
      showOne(environment, shown, found, facts);
      if (shown.output === 'table') {
        if (found.differences.length > 0) environment.out(`\n${render('table', found.differences, differenceColumns, found.differences)}`);
        if (found.jobs !== undefined) environment.out(`\n${render('table', found.jobs, sidesColumns, found.jobs)}`);
      }
      if (!found.agrees) throw new Disagreement(`The books of ${found.month ?? 'this period'} do not agree.`);
    });
};
