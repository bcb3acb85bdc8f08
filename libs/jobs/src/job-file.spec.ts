import fc from 'fast-check';
import { formatDuration, parseDuration } from './domain/duration.ts';
import { JobRefused } from './domain/job-faults.ts';
import { formatCpu, formatMemory, parseCpu, parseMemory } from './domain/quantity.ts';
import { parseJobFile, toJobFile } from './job-file.ts';

const file = {
  apiVersion: 'speedspace.io/v1',
  kind: 'Job',
  metadata: { name: 'sft-7b' },
  spec: {
    gpuClass: 'h800',
    replicas: 4,
    gpusPerReplica: 8,
    image: 'registry.park.example/jiding/train:1.4',
    command: ['torchrun', '--nnodes=4', '--nproc-per-node=8', 'train.py'],
    env: { EPOCHS: '3' },
    maxRuntime: '12h',
    checkpoint: { grace: '5m', resume: 'auto' },
    priority: 'normal',
    selfPay: true,
  },
};

function faultsOf(change: { metadata?: object; spec?: object; [top: string]: unknown }): [string, string][] {
  const { metadata, spec, ...top } = change;
  try {
    parseJobFile({ ...file, ...top, metadata: { ...file.metadata, ...metadata }, spec: { ...file.spec, ...spec } });
  } catch (error) {
    if (error instanceof JobRefused) return error.faults.map(({ field, detail }) => [field, detail]);
    throw error;
  }
  return [];
}

describe('the job file', () => {
  it('is read with its units and its defaults', () => {
    expect(parseJobFile(file)).toEqual({
      name: 'sft-7b',
      gpuClass: 'h800',
      replicas: 4,
      gpusPerReplica: 8,
      image: 'registry.park.example/jiding/train:1.4',
      command: ['torchrun', '--nnodes=4', '--nproc-per-node=8', 'train.py'],
      args: [],
      env: { EPOCHS: '3' },
      maxRuntimeSeconds: 43_200,
      checkpoint: { graceSeconds: 300, resume: 'auto' },
      priority: 'normal',
      selfPay: true,
      retries: 0,
      cpuMillis: null,
      memoryBytes: null,
      annotations: {},
    });
  });

  it('reads the same again from what it shows', () => {
    const spec = parseJobFile({
      ...file,
      metadata: { name: 'a', annotations: { 'sim.speedspace.io/run-seconds': '30' } },
      spec: { ...file.spec, cpu: '1500m', memory: '96Gi', args: ['--fast'], retries: 2 },
    });
    expect(spec).toMatchObject({ cpuMillis: 1500, memoryBytes: 96 * 2 ** 30 });
    expect(parseJobFile(toJobFile(spec))).toEqual(spec);
  });

  it.each([
    ['a wrong name', { metadata: { name: 'SFT_7b' } }, '/metadata/name'],
    ['a foreign annotation', { metadata: { annotations: { 'kueue.x-k8s.io/q': 'x' } } }, '/metadata/annotations/kueue.x-k8s.io~1q'],
    ['another version', { apiVersion: 'v1' }, '/apiVersion'],
    ['an unknown field', { spec: { gpu: 8 } }, '/spec/gpu'],
    ['no GPUs', { spec: { gpusPerReplica: 0 } }, '/spec/gpusPerReplica'],
    ['half a GPU', { spec: { gpusPerReplica: 0.5 } }, '/spec/gpusPerReplica'],
    ['a missing image', { spec: { image: undefined } }, '/spec/image'],
    ['an image with a space', { spec: { image: 'train 1.4' } }, '/spec/image'],
    ['a malformed duration', { spec: { maxRuntime: '12 hours' } }, '/spec/maxRuntime'],
    ['a run of years', { spec: { maxRuntime: '365d' } }, '/spec/maxRuntime'],
    ['a malformed quantity', { spec: { memory: '64GB' } }, '/spec/memory'],
    ['a number as environment', { spec: { env: { EPOCHS: 3 } } }, '/spec/env/EPOCHS'],
    ['a reserved variable', { spec: { env: { MASTER_ADDR: 'x' } } }, '/spec/env/MASTER_ADDR'],
    ['an unknown priority', { spec: { priority: 'urgent' } }, '/spec/priority'],
  ])('refuses %s and points to it', (_what, change, field) => {
    expect(faultsOf(change).map(([pointer]) => pointer)).toEqual([field]);
  });

  it('names every fault at once, each with a remedy', () => {
    expect(() => parseJobFile({ ...file, spec: { ...file.spec, replicas: 0, maxRuntime: 'soon', cpu: 'many' } })).toThrow(JobRefused);
    expect(faultsOf({ spec: { replicas: 0, maxRuntime: 'soon', cpu: 'many', image: undefined } })).toEqual([
      ['/spec/replicas', 'replicas is at least 1.'],
      ['/spec/image', '/spec/image is missing.'],
      ['/spec/maxRuntime', 'maxRuntime is a duration from 1s to 30d.'],
      ['/spec/cpu', 'cpu is a quantity of cores.'],
    ]);
  });

  it('refuses what is not an object without falling over', () => {
    for (const input of [null, 'job', 7, [], {}]) expect(() => parseJobFile(input)).toThrow(JobRefused);
  });
});

describe('durations and quantities', () => {
  it('are written in the largest unit that holds them exactly', () => {
    expect([90, 300, 43_200, 172_800, 0].map(formatDuration)).toEqual(['90s', '5m', '12h', '2d', '0s']);
    expect([500, 8000].map(formatCpu)).toEqual(['500m', '8']);
    expect([64 * 2 ** 30, 1000].map(formatMemory)).toEqual(['64Gi', '1000']);
  });

  it('read back as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), (n) => {
        expect(parseDuration(formatDuration(n))).toBe(n);
        expect(parseCpu(formatCpu(n))).toBe(n);
        expect(parseMemory(formatMemory(n * 1024))).toBe(n * 1024);
      }),
    );
  });
});
