import fc from 'fast-check';
import { toDate } from '#kernel';
import { sampleUtilisation } from './utilisation-sample.ts';

const NOW = 1_790_000_000;
const job = fc.record({
  tenantId: fc.constantFrom('company_a', 'company_b', 'company_c'),
  gpuClass: fc.constantFrom('h800', 'ascend910b'),
  replicas: fc.integer({ min: 1, max: 4 }),
  gpusPerReplica: fc.integer({ min: 1, max: 8 }),
  queuedAt: fc.integer({ min: NOW - 10_000, max: NOW }).map(toDate),
});

describe('a sample of the utilisation', () => {
  it('counts each job once, for its class and for its company', () => {
    fc.assert(
      fc.property(fc.array(job), fc.array(job), (active, queued) => {
        const samples = sampleUtilisation(['h800', 'ascend910b'], [], active, queued, NOW);
        const sum = (of: (sample: (typeof samples)[number]) => number): number => samples.reduce((total, sample) => total + of(sample), 0);
        expect(sum(({ allocated }) => allocated)).toBe(active.reduce((total, each) => total + each.replicas * each.gpusPerReplica, 0));
        expect(sum(({ queuedJobs }) => queuedJobs)).toBe(queued.length);
        for (const sample of samples) {
          for (const key of ['allocated', 'queuedJobs', 'queuedGpus'] as const) {
            expect(sample.companies.reduce((total, share) => total + share[key], 0)).toBe(sample[key]);
          }
          expect(Math.max(0, ...sample.companies.map(({ longestWaitSeconds }) => longestWaitSeconds))).toBe(sample.longestWaitSeconds);
        }
      }),
    );
  });

  it('counts as ready what is healthy on nodes that are open to the class', () => {
    const gpus = { resourceName: 'nvidia.com/gpu', classes: ['h800'], total: 8, foreign: 0 };
    const nodes = [
      {
        name: 'n1',
        ready: true,
        cordoned: false,
        ignoredAnnouncements: [],
        closures: [],
        domains: {},
        gpus: [{ ...gpus, openTo: ['h800'], healthy: 7 }],
      },
      {
        name: 'n2',
        ready: true,
        cordoned: true,
        ignoredAnnouncements: [],
        closures: [],
        domains: {},
        gpus: [{ ...gpus, openTo: [], healthy: 8 }],
      },
    ];
    expect(sampleUtilisation(['h800'], nodes, [], [], NOW)).toMatchObject([{ gpus: 16, ready: 7 }]);
  });
});
