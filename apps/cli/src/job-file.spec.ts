import { UsageError } from './failures.ts';
import { collectEnv, jobFrom, nameFrom, parseRunAs, readJob } from './job-file.ts';

const OPTIONS = { class: 'h800', gpus: 8, image: 'registry.park.example/jiding/train:1.4' };
const nobody = {
  env: {},
  colours: false,
  terminal: false,
  out: () => undefined,
  outBytes: () => Promise.resolve(),
  err: () => undefined,
  readInput: () => Promise.resolve('kind: Job'),
  ask: () => Promise.reject(new Error('nobody')),
};

describe('a job of options', () => {
  it('is the job file that the options describe, and nothing more', () => {
    expect(jobFrom({ ...OPTIONS, replicas: 4, env: { EPOCHS: '3' } }, ['python', 'train.py'])).toEqual({
      apiVersion: 'speedspace.io/v1',
      kind: 'Job',
      metadata: { name: 'train' },
      spec: {
        gpuClass: 'h800',
        gpusPerReplica: 8,
        image: 'registry.park.example/jiding/train:1.4',
        maxRuntime: '1h',
        replicas: 4,
        command: ['python', 'train.py'],
        env: { EPOCHS: '3' },
      },
    });
  });

  it('names the options that are missing', () => {
    expect(() => jobFrom({ gpus: 8 }, [])).toThrow(new UsageError('--class and --image is missing.'));
  });

  it.each([
    ['registry.park.example:5000/jiding/Train_V2:1.4', 'train-v2'],
    ['train@sha256:00ff', 'train'],
    ['-', 'job'],
  ])('takes a name from the image %s', (image, name) => {
    expect(nameFrom(image)).toBe(name);
  });

  it('collects variables, and keeps what follows the first equals sign', () => {
    expect(collectEnv('ARGS=--lr=0.1', collectEnv('EPOCHS=3'))).toEqual({ EPOCHS: '3', ARGS: '--lr=0.1' });
    expect(() => collectEnv('=3')).toThrow(UsageError);
  });
});

describe('the user of --run-as', () => {
  it('is a number, with or without a group', () => {
    expect(parseRunAs('1001')).toEqual({ user: 1001 });
    expect(parseRunAs('1001:2001')).toEqual({ user: 1001, group: 2001 });
    for (const text of ['', 'root', '1001:', '1:2:3', '-1']) expect(() => parseRunAs(text)).toThrow(UsageError);
  });
});

describe('a job of a file', () => {
  it('is read from standard input too, and not mixed with options', async () => {
    expect(await readJob(nobody, { file: '-' }, [])).toEqual({ kind: 'Job' });
    await expect(readJob(nobody, { file: '-', gpus: 8 }, [])).rejects.toThrow('not from both');
    await expect(readJob(nobody, { file: '-' }, ['python'])).rejects.toThrow('not from both');
  });

  it('merges keys, and keeps what was written where a number could be text', async () => {
    const text =
      'base: &base { LR: 1.10, SEED: 007, BIG: 12345678901234567890 }\nenv: { <<: *base, EPOCHS: 3, RATE: 1e-4 }\ncommand: [sleep, 1]';
    expect(await readJob({ ...nobody, readInput: () => Promise.resolve(text) }, { file: '-' }, [])).toMatchObject({
      env: { LR: '1.10', SEED: '007', BIG: '12345678901234567890', EPOCHS: 3, RATE: '1e-4' },
      command: ['sleep', 1],
    });
  });

  it('is refused by name when it is no YAML', async () => {
    const broken = { ...nobody, readInput: () => Promise.resolve('spec: [') };
    await expect(readJob(broken, { file: '-' }, [])).rejects.toThrow(/^- is not YAML: /);
  });
});
