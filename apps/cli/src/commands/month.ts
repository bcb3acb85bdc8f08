import { hours } from '../amounts.ts';
import { answerOf, connect } from '../api-client.ts';
import type { operations } from '#api-client';
import { parseMonth } from '../arguments.ts';
import { Disagreement } from '../failures.ts';
import { known } from '../facts.ts';
import { idempotencyKey } from '../request-headers.ts';
import { type AddCommands, showOne, type Shown, verb } from './command-context.ts';

export const addMonth: AddCommands = (program, environment) => {
  const month = program.command('month').description('business months');
  verb(month, 'close', 'freeze the statements of a month; nothing takes effect in it any more', 'mss month close 2026-10')
    .argument('<month>', 'such as 2026-10', parseMonth)
    .action(async (name: string, shown: Shown) => {
      const params = { path: { month: name }, header: idempotencyKey() };
      const closed = answerOf(await (await connect(environment)).POST('/api/v1/months/{month}/closing', { params }));
      const facts = known([
        ['closed', closed.month],
        ['statements', closed.statements],
      ]);
      showOne(environment, shown, closed, facts);
    });
};

export const addReconcile: AddCommands = (program, environment) => {
  verb(
    program,
    'reconcile',
    'whether cluster, meter, ledger and statements of a month agree; exit code 1 where not',
    'mss reconcile 2026-10',
  )
    .argument('<month>', 'such as 2026-10', parseMonth)
    .action(async (month: string, shown: Shown) => {
      const request = { params: { path: { month } } };
      const found = answerOf(await (await connect(environment)).GET('/api/v1/months/{month}/reconciliation', request));
      const facts = known([
        ['month', found.month],
        ['metered', `${hours(found.meteredGpuSeconds)} GPU-hours (${found.meteredGpuSeconds} s)`],
        ['in the ledger', `${hours(found.ledgerGpuSeconds)} GPU-hours (${found.ledgerGpuSeconds} s)`],
        ['on statements', `${hours(found.statementGpuSeconds)} GPU-hours (${found.statementGpuSeconds} s)`],
        ['pods not metered', found.reused.length === 0 ? undefined : found.reused.map(({ podUid }) => podUid).join(', ')],
        ['by the cluster', byTheCluster(found.cluster)],
        [
          'not as the cluster tells',
          found.cluster.differences.length === 0 ? undefined : found.cluster.differences.map(difference).join('; '),
        ],
        ['they agree', found.agrees ? 'yes' : 'no'],
      ]);
      showOne(environment, shown, found, facts);
      if (!found.agrees) throw new Disagreement(`The books of ${month} do not agree.`);
    });
};

type Comparison = operations['months.reconciliation']['responses'][200]['content']['application/json']['cluster'];

const TOLD_BY: Readonly<Record<Comparison['source'], string>> = {
  record: 'its own record',
  pods: 'the pods that it still has',
  none: 'no record of the cluster for this month',
  unreachable: 'it did not answer',
};

function byTheCluster({ source, pods, clusterGpuSeconds, meteredGpuSeconds }: Comparison): string {
  if (source === 'none' || source === 'unreachable') return TOLD_BY[source];
  const ran = `${hours(clusterGpuSeconds)} GPU-hours (${clusterGpuSeconds} s)`;
  return `${ran} of ${pods} pods by ${TOLD_BY[source]}, ${meteredGpuSeconds} s metered of them`;
}

function difference({ podUid, jobId, reason, clusterGpuSeconds, meteredGpuSeconds }: Comparison['differences'][number]): string {
  return `${podUid} of ${jobId}: ${reason}, ${clusterGpuSeconds} s by the cluster, ${meteredGpuSeconds} s metered`;
}
