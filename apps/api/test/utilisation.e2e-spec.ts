import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { type ClassSample, UtilisationService } from '#insight';
import { JobsService } from '#jobs';
import { instantOf, ManualClock } from '#kernel';
import { WalletsService } from '#funding';
import type { Company } from '#tenancy';
import { gpuPool, SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

const NOW = new Date('2026-11-20T04:02:00Z');
const HOUR = 3_600;

interface Body {
  readonly points: readonly {
    readonly at: string;
    readonly gpus: number | null;
    readonly allocated: number;
    readonly queuedGpus: number;
  }[];
  readonly companies: readonly { readonly companyId: string; readonly companyName: string; readonly allocated: number }[];
}

describe('the cluster and its utilisation over HTTP', () => {
  const clock = new ManualClock(NOW);
  const now = instantOf(NOW);
  let directory: string;
  let simulated: SimulatedCluster;
  let environment: ApiTestEnvironment;
  let own: Company, other: Company;
  let owner: Call, operator: Call, reviewer: Call;

  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => environment.database.transactions.run(work);
  const sample = (ownGpus: number, otherGpus: number): ClassSample => {
    const idle = { queuedJobs: 0, queuedGpus: 0, longestWaitSeconds: 0 };
    return {
      ...{ gpuClass: 'h800', gpus: 32, ready: 24, allocated: ownGpus + otherGpus, queuedJobs: 1, queuedGpus: 16, longestWaitSeconds: 90 },
      companies: [
        { companyId: own.id, allocated: ownGpus, queuedJobs: 1, queuedGpus: 16, longestWaitSeconds: 90 },
        { companyId: other.id, allocated: otherGpus, ...idle },
      ],
    };
  };

  beforeAll(async () => {
    simulated = await SimulatedCluster.start({ clock, nodes: [gpuPool('h800', 2, 'nvidia.com/gpu', '128', '2Ti')] });
    directory = await mkdtemp(path.join(tmpdir(), 'speedspace-test-'));
    const kubeconfig = path.join(directory, 'kubeconfig');
    await writeFile(kubeconfig, simulated.kubeconfigYaml);
    environment = await ApiTestEnvironment.start(
      { JWT_ACCESS_SECONDS: '8640000', KUBECONFIG: kubeconfig, SIMULATED_CLUSTER: 'true' },
      clock,
    );
    [own, other] = [await environment.company(), await environment.company('他人科技')];
    owner = (await environment.person('owner', own)).call;
    operator = (await environment.person('operator')).call;
    reviewer = (await environment.person('reviewer')).call;
    await run(async (tx) => {
      const catalog = environment.app.get(CatalogService, { strict: false });
      await catalog.addClass(tx, systemActor('test'), { code: 'h800', nodeSelector: { 'speedspace.io/gpu-class': 'h800' } });
      await catalog.addPrice(tx, systemActor('test'), 'h800', { from: new Date(0), fenPerGpuHour: 1_250n });
      const wallets = environment.app.get(WalletsService, { strict: false });
      await wallets.open(tx, [own.id]);
      const topUp = { tenantId: own.id, amount: 1_000_000n, reference: 'first', key: 'first' };
      await wallets.topUp(tx, systemActor('test'), topUp, now);
    });
    const utilisation = environment.app.get(UtilisationService, { strict: false });
    for (const [ago, ownGpus, otherGpus] of [
      [25 * HOUR, 8, 0],
      [2 * HOUR, 4, 8],
      [2 * HOUR - 300, 8, 8],
      [60, 0, 16],
    ] as const) {
      await run((tx) => utilisation.keep(tx, [sample(ownGpus, otherGpus)], now - ago));
    }
  });
  afterAll(async () => {
    await environment.stop();
    await simulated.stop();
    await rm(directory, { recursive: true });
  });

  it('shows operators the means of all and of each company', async () => {
    const { body } = (await operator('GET', '/utilisation?from=2026-11-20T00:00:00Z')) as { body: Body };
    expect(body.points).toMatchObject([
      { at: '2026-11-20T02:00:00.000Z', gpus: 32, ready: 24, allocated: 14, queuedGpus: 16, mostAllocated: 16, longestWaitSeconds: 90 },
      { at: '2026-11-20T04:00:00.000Z', gpus: 32, allocated: 16 },
    ]);
    expect(body.companies.map(({ companyName, allocated }) => [companyName, allocated])).toEqual([
      ['他人科技', 10.67],
      ['极订科技', 4],
    ]);
    const days = ((await operator('GET', '/utilisation?resolution=day')).body as Body).points;
    expect(days.map(({ at }) => at)).toEqual(['2026-11-18T16:00:00.000Z', '2026-11-19T16:00:00.000Z']);
    const weeks = ((await operator('GET', '/utilisation?resolution=week')).body as Body).points;
    expect(weeks).toMatchObject([{ at: '2026-11-15T16:00:00.000Z', allocated: 13 }]);
    const months = ((await operator('GET', '/utilisation?resolution=month')).body as Body).points;
    expect(months).toMatchObject([{ at: '2026-10-31T16:00:00.000Z', allocated: 13 }]);
  });

  it('shows a company its own share, and nothing of others or of the park', async () => {
    const answer = await owner('GET', '/utilisation?from=2026-11-20T00:00:00Z');
    const { points, companies } = answer.body as Body;
    expect(points.map(({ gpus, allocated, queuedGpus }) => [gpus, allocated, queuedGpus])).toEqual([
      [null, 6, 16],
      [null, 0, 16],
    ]);
    expect(companies).toEqual([]);
    expect(JSON.stringify(answer.body)).not.toContain(other.id);
    expect((await owner('GET', `/utilisation?company=${other.id}`)).status).toBe(404);
    expect((await reviewer('GET', '/utilisation')).status).toBe(403);
  });

  it('refuses a period that is too long or ends before it begins', async () => {
    for (const query of ['resolution=sample&from=2026-11-01T00:00:00Z', 'from=2026-11-21T00:00:00Z']) {
      expect(await operator('GET', `/utilisation?${query}`)).toMatchObject({ status: 422, body: { code: 'utilisation.period' } });
    }
  });

  it('shows operators which job holds which GPUs of each node, and companies none of it', async () => {
    const submitted = await owner('POST', '/jobs', {
      ...{ apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name: 'sft' } },
      spec: { gpuClass: 'h800', gpusPerReplica: 6, image: 'registry.park.example/train:1', maxRuntime: '1h', selfPay: true },
    });
    const { id } = submitted.body as { id: string };
    const before = (await operator('GET', '/cluster/nodes')).body as { items: { name: string }[] };
    const [first = { name: '' }] = before.items;
    await run((tx) =>
      environment.app
        .get(JobsService, { strict: false })
        .apply(tx, id, { kind: 'admitted', at: clock.now(), placement: [first.name] }, systemActor('controller')),
    );
    const cells = { resourceName: 'nvidia.com/gpu', classes: ['h800'], openTo: ['h800'], total: 8, unhealthy: 0, foreign: 0 };
    expect((await operator('GET', '/cluster/nodes')).body).toMatchObject({
      items: [
        {
          ...{ name: first.name, state: 'open', maintenanceFrom: null, maintenanceUntil: null, ignoredAnnouncements: [], closures: [] },
          gpus: [{ ...cells, free: 2, holders: [{ jobId: id, jobName: 'sft', companyId: own.id, companyName: own.name, gpus: 6 }] }],
        },
        { state: 'open', gpus: [{ ...cells, free: 8, holders: [] }] },
      ],
    });
    expect((await owner('GET', '/cluster/nodes')).status).toBe(403);
  });
});
