import { toDate } from '#kernel';
import { nodeViews } from './cluster-nodes.ts';

const NOW = 1_790_000_000;
const gpus = { resourceName: 'nvidia.com/gpu', classes: ['h800'], openTo: ['h800'], total: 8, healthy: 7, foreign: 1 };
const n1 = { name: 'n1', ignoredAnnouncements: [], closures: [], domains: {}, gpus: [gpus] };
const job = {
  ...{ id: 'job_1', name: 'sft', tenantId: 'company_a', gpuClass: 'h800', gpusPerReplica: 2, state: 'Running' as const },
  ...{ placement: ['n1', 'n2', 'n1'], startedAt: toDate(NOW - 100), maxRuntimeSeconds: 3_600, graceSeconds: 30 },
};

describe('the nodes with their GPUs', () => {
  it('says who holds how many, what is free, and when it ends at the latest', () => {
    const [node] = nodeViews([{ ...n1, ready: true, cordoned: false, domains: { rack: 'r7' } }], [job], NOW);
    expect(node).toMatchObject({ state: 'open', maintenanceFrom: null, maintenanceUntil: null, domains: { rack: 'r7' } });
    expect(node?.gpus).toEqual([
      {
        ...{ resourceName: 'nvidia.com/gpu', classes: ['h800'], openTo: ['h800'], total: 8, unhealthy: 1, foreign: 1, free: 2 },
        holders: [
          {
            ...{ jobId: 'job_1', jobName: 'sft', companyId: 'company_a', state: 'Running', gpus: 4 },
            ...{ startedAt: NOW - 100, endsBy: NOW + 3_530 },
          },
        ],
      },
    ]);
  });

  it.each([
    ['not-ready', { ready: false, cordoned: true }],
    ['cordoned', { ready: true, cordoned: true }],
    ['maintenance', { ready: true, cordoned: true, maintenanceFrom: NOW }],
    ['open', { ready: true, cordoned: false, maintenanceFrom: NOW + 1 }],
    ['closed', { ready: true, cordoned: false, gpus: [{ ...gpus, openTo: [] }] }],
  ])('is %s', (state, given) => {
    expect(nodeViews([{ ...n1, ...given }], [], NOW)).toMatchObject([{ state }]);
  });
});
