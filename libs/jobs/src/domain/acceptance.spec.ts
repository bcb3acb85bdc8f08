import { DomainError } from '#kernel';
import { someJobSpec } from '../testing/index.ts';
import { JobSettings } from '../job-settings.ts';
import { podAnnotations, replicaShape, requireFittingShape, requireKnownAnnotations } from './acceptance.ts';
import { requireShmWithinMemory } from './container-settings.ts';
import { JobRefused } from './job-faults.ts';

const directed = someJobSpec({ annotations: { 'sim.speedspace.io/run-time': '1s' } });

describe('annotations of the simulated cluster', () => {
  it('are neither taken nor put on pods where the cluster is real, which is what a deployment has that says nothing', () => {
    expect(() => requireKnownAnnotations(directed, new JobSettings())).toThrow(JobRefused);
    expect(podAnnotations(directed, new JobSettings())).toEqual({});
    expect(() => requireKnownAnnotations(someJobSpec(), new JobSettings())).not.toThrow();
  });

  it('direct the pods of a simulated one', () => {
    const simulated = new JobSettings({ simulatedCluster: true });
    expect(() => requireKnownAnnotations(directed, simulated)).not.toThrow();
    expect(podAnnotations(directed, simulated)).toEqual(directed.annotations);
  });
});

/** The code and the field of what `work` throws; undefined where it throws nothing. */
function refusalOf(work: () => void): [string, string | undefined] | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return [error.code, error.field];
    throw error;
  }
}

describe('what a pod needs of its node (J3)', () => {
  const settings = new JobSettings({ memoryBytesPerGpu: 2 ** 30 });
  const offered = { code: 'h800', active: true, gpusPerNode: 8 };
  const node = { gpus: 8, cpuMillis: 64_000, memoryBytes: 2 ** 40, ephemeralBytes: 100 };

  it.each([
    [101, [node, node], '/spec/ephemeralStorage'],
    [100, [{ ...node, ephemeralBytes: 0 }], '/spec/ephemeralStorage'],
    [60, [node], '/spec/replicas'],
    [100, [node, node], undefined],
  ])('is compared with the disks of nodes: two replicas of %i bytes', (ephemeralBytes, nodes, field) => {
    const spec = someJobSpec({ replicas: 2, ephemeralBytes });
    const refusal = refusalOf(() => requireFittingShape(spec, replicaShape(spec, settings), offered, nodes));
    expect(refusal).toEqual(field === undefined ? undefined : ['job.shape-too-large', field]);
  });

  it('has its shared memory within its memory', () => {
    const asking = (shmBytes: number) => refusalOf(() => requireShmWithinMemory({ shmBytes }, replicaShape(someJobSpec(), settings)));
    expect(asking(2 ** 30)).toBeUndefined();
    expect(asking(2 ** 30 + 1)).toEqual(['job.shm-too-large', '/spec/shm']);
  });
});
