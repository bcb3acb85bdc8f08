import fc from 'fast-check';
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
      spec: { ...file.spec, cpu: '1500m', memory: '96Gi', args: ['--fast'], retries: 2, topology: { key: 'rack', mode: 'require' } },
    });
    expect(spec).toMatchObject({ cpuMillis: 1500, memoryBytes: 96 * 2 ** 30 });
    expect(parseJobFile(toJobFile(spec))).toEqual(spec);
  });

  it('says what the container of each pod gets', () => {
    const spec = parseJobFile({
      ...file,
      spec: {
        ...file.spec,
        after: [{ job: 'prepare' }],
        workingDir: '/workspace',
        shm: '32Gi',
        ephemeralStorage: 2e9,
        runAs: { user: 1001 },
      },
    });
    expect(spec).toMatchObject({
      ...{ workingDir: '/workspace', shmBytes: 32 * 2 ** 30, ephemeralBytes: 2e9 },
      runAs: { user: 1001, group: 1001 },
      after: [{ job: 'prepare', on: 'success' }],
    });
    expect(parseJobFile(toJobFile(spec))).toEqual(spec);
  });

  it.each([
    ['a wrong name', { metadata: { name: 'SFT_7b' } }, '/metadata/name'],
    ['a foreign annotation', { metadata: { annotations: { 'kueue.x-k8s.io/q': 'x' } } }, '/metadata/annotations/kueue.x-k8s.io~1q'],
    ['another version', { apiVersion: 'v1' }, '/apiVersion'],
    ['a topology without its kind', { spec: { topology: { mode: 'require' } } }, '/spec/topology/key'],
    ['a topology of no such mode', { spec: { topology: { key: 'rack', mode: 'must' } } }, '/spec/topology/mode'],
    ['an unknown field', { spec: { gpu: 8 } }, '/spec/gpu'],
    ['no GPUs', { spec: { gpusPerReplica: 0 } }, '/spec/gpusPerReplica'],
    ['half a GPU', { spec: { gpusPerReplica: 0.5 } }, '/spec/gpusPerReplica'],
    ['a missing image', { spec: { image: undefined } }, '/spec/image'],
    ['an image that is none', { spec: { image: 'http://evil/x' } }, '/spec/image'],
    ['what is left of another encoding', { spec: { env: { NOTE: '\ufffd\ufffd' } } }, '/spec/env/NOTE'],
    ['a word that no process can be given', { spec: { command: ['x'.repeat(32_769)] } }, '/spec/command/0'],
    ['more words than fit', { spec: { args: Array.from({ length: 1_001 }, () => 'x') } }, '/spec/args'],
    ['a malformed duration', { spec: { maxRuntime: '12 hours' } }, '/spec/maxRuntime'],
    ['a run of years', { spec: { maxRuntime: '365d' } }, '/spec/maxRuntime'],
    ['a malformed quantity', { spec: { memory: '64GB' } }, '/spec/memory'],
    ['a truth as environment', { spec: { env: { FAST: true } } }, '/spec/env/FAST'],
    ['a number that has lost digits', { spec: { env: { SEED: 2 ** 60 } } }, '/spec/env/SEED'],
    ['a device of the node', { spec: { env: { NVIDIA_VISIBLE_DEVICES: 'all' } } }, '/spec/env/NVIDIA_VISIBLE_DEVICES'],
    ['a reserved variable', { spec: { env: { MASTER_ADDR: 'x' } } }, '/spec/env/MASTER_ADDR'],
    ['a relative directory', { spec: { workingDir: 'src' } }, '/spec/workingDir'],
    ['a size in words', { spec: { shm: 'much' } }, '/spec/shm'],
    ['no disk at all', { spec: { ephemeralStorage: 0 } }, '/spec/ephemeralStorage'],
    ['root', { spec: { runAs: { user: 0 } } }, '/spec/runAs/user'],
    ['the group of root', { spec: { runAs: { user: 1, group: 0 } } }, '/spec/runAs/group'],
    ['a dependency without a job', { spec: { after: [{ on: 'success' }] } }, '/spec/after/0/job'],
    ['a dependency on something else', { spec: { after: [{ job: 'a', on: 'failure' }] } }, '/spec/after/0/on'],
    ['too many dependencies', { spec: { after: Array.from({ length: 33 }, () => ({ job: 'a' })) } }, '/spec/after'],
    ['an unknown priority', { spec: { priority: 'urgent' } }, '/spec/priority'],
  ])('refuses %s and points to it', (_what, change, field) => {
    expect(faultsOf(change).map(([pointer]) => pointer)).toEqual([field]);
  });

  it.each(['a b', '../x', '', 'x'.repeat(64), '训练', '-x', 'x/y', 'x.'])('refuses an annotation that Kubernetes would: %j', (name) => {
    const key = `sim.speedspace.io/${name}`;
    const pointer = `/metadata/annotations/${key.replaceAll('/', '~1')}`;
    expect(faultsOf({ metadata: { annotations: { [key]: 'x' } } }).map(([field]) => field)).toEqual([pointer]);
  });

  it('bounds what becomes one object of Kubernetes: variables, annotations and the whole', () => {
    const many = (count: number, name: (index: number) => string) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [name(index), 'x']));
    expect(faultsOf({ spec: { env: many(20_000, (index) => `V${index}`) } })).toEqual([
      ['/spec/env', 'There are 20000 variables; 1000 are the most.'],
    ]);
    expect(faultsOf({ spec: { env: many(60_000, (index) => `V${index}`) } })).toEqual([
      ['', expect.stringMatching(/^The job file has \d+ bytes/)],
    ]);
    expect(faultsOf({ spec: { env: many(60, (index) => `${'V'.repeat(16_000)}${index}`) } })).toEqual([
      ['', expect.stringMatching(/bytes/)],
    ]);
    expect(faultsOf({ metadata: { annotations: many(65, (index) => `sim.speedspace.io/a${index}`) } })).toEqual([
      ['/metadata/annotations', 'There are 65 annotations; 64 are the most.'],
    ]);
    const long = { 'sim.speedspace.io/a': 'x'.repeat(30_000) };
    expect(faultsOf({ metadata: { annotations: long } })).toEqual([]);
    const faulty = many(900, (index) => `NOT-A-NAME-${index}`);
    expect(faultsOf({ spec: { env: faulty } })).toHaveLength(100);
  });

  it.each([
    ['an argument', { spec: { command: ['bash', '-c', "tr '\0' '\n'"] } }, '/spec/command/2'],
    ['a value', { spec: { env: { A: '\ud800' } } }, '/spec/env/A'],
    ['a name', { metadata: { name: 'a\0' } }, '/metadata/name'],
    ['a key', { spec: { env: { 'A\0': 'x' } } }, '/spec/env/A\0'],
    ['an unknown field', { spec: { 'x\udfff': 1 } }, '/spec/x\udfff'],
    ['an annotation', { metadata: { annotations: { 'sim.speedspace.io/log': 'a\0b' } } }, '/metadata/annotations/sim.speedspace.io~1log'],
  ])('refuses a character that no pod can be given, in %s', (_what, change, field) => {
    expect(faultsOf(change).map(([pointer]) => pointer)).toEqual([field]);
  });

  it('takes numbers, and numbers in quotes, where people write them', () => {
    const written = {
      gpusPerReplica: '8',
      replicas: '2',
      retries: '1',
      cpu: 8,
      memory: 64e9,
      command: ['sleep', 1],
      env: { LR: 0.001, N: 3 },
    };
    expect(parseJobFile({ ...file, spec: { ...file.spec, ...written } })).toMatchObject({
      gpusPerReplica: 8,
      replicas: 2,
      retries: 1,
      cpuMillis: 8_000,
      memoryBytes: 64e9,
      command: ['sleep', '1'],
      env: { LR: '0.001', N: '3' },
    });
    expect(faultsOf({ spec: { gpusPerReplica: '8.5', replicas: ' 2', cpu: -1 } }).map(([pointer]) => pointer)).toEqual([
      '/spec/replicas',
      '/spec/gpusPerReplica',
      '/spec/cpu',
    ]);
  });

  it('refuses all that it does not know at once, and says what to do instead', () => {
    const unknown = ['imagePullSecrets', 'secrets', 'volumes', 'rdma', 'ports', 'dependsOn', 'array', 'notebook'];
    const spec = Object.fromEntries(unknown.map((name) => [name, 'x']));
    const refused = (): JobRefused => {
      try {
        parseJobFile({ ...file, metadata: { name: 'a', labels: { team: 'nlp' } }, spec: { ...file.spec, ...spec } });
      } catch (error) {
        if (error instanceof JobRefused) return error;
      }
      throw new Error('the file was taken');
    };
    expect(refused().faults.map(({ field }) => field)).toEqual(['/metadata/labels', ...unknown.map((name) => `/spec/${name}`)]);
    for (const { remedy } of refused().faults) {
      expect(remedy).not.toBe('Remove it, or correct its name.');
      expect(remedy).toMatch(/\w{3}.*\.$/);
    }
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
    let deep: unknown = 1;
    for (let level = 0; level < 300_000; level++) deep = [deep];
    for (const input of [null, undefined, 'job', 7, [], {}, deep]) expect(() => parseJobFile(input)).toThrow(JobRefused);
  });
});

describe('quantities', () => {
  it('are written in the largest unit that holds them exactly', () => {
    expect([500, 8000].map(formatCpu)).toEqual(['500m', '8']);
    expect([64 * 2 ** 30, 1000].map(formatMemory)).toEqual(['64Gi', '1000']);
  });

  it.each([
    ['1.5Gi', 1.5 * 2 ** 30],
    ['.5Ti', 2 ** 39],
    ['1e9', 1e9],
    ['5E8', 5e8],
    ['1.', 1],
    ['100m', 1],
    ['+1k', 1000],
    ['1E', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['64GB', undefined],
    ['1e', undefined],
    ['.', undefined],
    ['', undefined],
    ['１', undefined],
  ])('takes %j as kubectl does', (text, bytes) => {
    expect(parseMemory(text)).toBe(bytes);
  });

  it('count cores in thousandths, rounded up', () => {
    expect(['8', '0.5', '500m', '0.0001', '1500000u', '2k'].map(parseCpu)).toEqual([8_000, 500, 500, 1, 1_500, 2_000_000]);
  });

  it('read back as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999_999 }), (n) => {
        expect(parseCpu(formatCpu(n))).toBe(n);
        expect(parseMemory(formatMemory(n * 1024))).toBe(n * 1024);
      }),
    );
  });
});
