import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedCluster } from '../../../cluster-sim/src/index.ts';
import type { Check } from './checks/check.ts';
import { openClient } from './open-client.ts';

/**
 * Real milliseconds after the last fault in which everything must have come to rest: far more than it takes on an idle machine, as
 * start deadlines run on the seed's fast clock and a machine that stalls lets jobs start over.
 */
const DEADLINE_MS = 60_000;
/** So long nothing may change before it counts as rest: several turns of every loop. */
const STILL_MILLISECONDS = 400;
const LOOK_MILLISECONDS = 50;

/** What changes while anything goes on; and whether a job still has, or is about to have, pods, or a grant is yet to lapse. */
const STATE = `
  SELECT (SELECT coalesce(sum(event_count), 0) FROM job)::text || '/' || (SELECT count(*) FROM ledger_entry)
         || '/' || (SELECT count(*) FROM usage_interval WHERE ended_at IS NOT NULL) AS mark,
         EXISTS (SELECT FROM job WHERE state IN ('Admitted', 'Starting', 'Running', 'Suspending')
                    OR (state = 'Queued' AND coalesce(waiting->>'reason', '') <> 'funds')) AS busy,
         EXISTS (SELECT FROM subsidy_grant g JOIN ledger_account a ON a.code = account_code('grant', g.id, 'available')
                  WHERE g.valid_until <= $1 AND (NOT g.lapsed OR a.balance > 0)) AS lapsing`;

/**
 * Waits until nothing moves any more, and nothing is about to: time alone may bring funds to a job that waits for them.
 * @returns whether it came to that in time, and how the jobs ended by then
 */
export async function settle(
  ownerUrl: string,
  cluster: SimulatedCluster,
  now: () => Date,
  howJobsEnded: () => Promise<Check>,
  /** A pod goes some turns after its end is charged: its log is kept first. */
  hasHeldPods: () => Promise<boolean>,
): Promise<{ readonly settled: boolean; readonly jobEnds: Check }> {
  const client = await openClient(ownerUrl);
  try {
    let [mark, since] = ['', Date.now()];
    const end = Date.now() + DEADLINE_MS;
    while (Date.now() < end) {
      await sleep(LOOK_MILLISECONDS);
      const { rows } = await client.query<{ mark: string; busy: boolean; lapsing: boolean }>(STATE, [now()]);
      const [state] = rows;
      const running = cluster.truth().some((pod) => pod.endedAt === undefined);
      if (state === undefined || state.busy || state.lapsing || running || state.mark !== mark) {
        [mark, since] = [state?.mark ?? '', Date.now()];
      } else if (Date.now() - since >= STILL_MILLISECONDS) {
        const jobEnds = await howJobsEnded();
        if (jobEnds.differences.length === 0 && !(await hasHeldPods())) return { settled: true, jobEnds };
      }
    }
    return { settled: false, jobEnds: await howJobsEnded() };
  } finally {
    await client.end();
  }
}
