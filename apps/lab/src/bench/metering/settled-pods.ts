import { readFile } from 'node:fs/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, request } from 'node:https';
import type { DataSource } from 'typeorm';
import type { ScaledClock } from '#kernel';

/** What the simulated cluster knows of itself. */
export interface Truth {
  readonly podEvents: number;
  readonly pods: readonly { readonly uid: string; readonly gpuSeconds: number; readonly endedAt?: number }[];
}

/** The cluster's own record, through its administration API. */
export async function truthOf(kubeconfigPath: string): Promise<Truth> {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(await readFile(kubeconfigPath, 'utf8'));
  const [cluster, user] = [kubeConfig.getCurrentCluster(), kubeConfig.getCurrentUser()];
  const agent = new Agent({ ca: Buffer.from(cluster?.caData ?? '', 'base64') });
  const headers = { authorization: `Bearer ${user?.token ?? ''}` };
  return await new Promise((resolve, reject) => {
    request(`${cluster?.server ?? ''}/sim/v1/truth`, { agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve(JSON.parse(text) as Truth));
    })
      .on('error', reject)
      .end();
  });
}

export interface Settled {
  /**
   * Seconds of the wall clock from the end of each attempt, when its last pod ends by the cluster's record, to the commit of its final
   * charge; ascending. The pods of a gang do not all start in the same second, so they do not all end in the same one.
   */
  readonly lagSeconds: readonly number[];
  /** Attempts that ended more than `DEADLINE_SECONDS` ago, and are not settled. */
  readonly overdue: number;
  /** Of settled admissions: what their pods truly ran, and what was charged. */
  readonly trueGpuSeconds: bigint;
  readonly chargedGpuSeconds: bigint;
}

const DEADLINE_SECONDS = 5;

/** Compares the attempts that ended within the measured time with the transactions that settled them. */
export async function settledPods(owner: DataSource, truth: Truth, clock: ScaledClock, fromWall: number): Promise<Settled> {
  const rows = await owner.query<{ pod_uid: string; admission_id: string; charged: bigint; settled: number | null }[]>(
    `SELECT u.pod_uid, u.admission_id, a.gpu_seconds AS charged,
            CASE WHEN a.closed_at IS NOT NULL THEN extract(epoch FROM pg_xact_commit_timestamp(a.xmin))::float8 END AS settled
       FROM usage_interval u JOIN funding_admission a ON a.id = u.admission_id`,
  );
  const known = new Map(rows.map((row) => [row.pod_uid, row]));
  const wallOf = (instant: number): number =>
    (clock.startedAt.getTime() + (instant * 1_000 - clock.origin.getTime()) / clock.factor) / 1_000;
  const now = Date.now() / 1_000;
  const lags: number[] = [];
  const charged = new Map<string, bigint>();
  let [overdue, run] = [0, 0n];
  // A pod that the meter does not know of stands for itself.
  const attempts = Map.groupBy(truth.pods, ({ uid }) => known.get(uid)?.admission_id ?? uid);
  for (const [admission, pods] of attempts) {
    const row = known.get(pods[0]?.uid ?? '');
    const settledAt = row?.settled ?? undefined;
    if (settledAt !== undefined) {
      charged.set(admission, row?.charged ?? 0n);
      run += pods.reduce((sum, { gpuSeconds }) => sum + BigInt(gpuSeconds), 0n);
    }
    const ends = pods.flatMap(({ endedAt }) => (endedAt === undefined ? [] : [wallOf(endedAt)]));
    const ended = Math.max(...ends);
    if (ends.length < pods.length || ended < fromWall) continue;
    if (settledAt !== undefined) lags.push(settledAt - ended);
    else if (now - ended > DEADLINE_SECONDS) overdue += 1;
  }
  const chargedGpuSeconds = [...charged.values()].reduce((sum, each) => sum + each, 0n);
  return { lagSeconds: lags.sort((a, b) => a - b), overdue, trueGpuSeconds: run, chargedGpuSeconds };
}
