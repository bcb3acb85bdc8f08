import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CliTestEnvironment, type Mss } from './cli-test-environment.ts';

describe('mss secret', () => {
  let environment: CliTestEnvironment;
  let engineer: Mss;
  let folder: string;
  beforeAll(async () => {
    environment = await CliTestEnvironment.start();
    const { email } = await environment.environment.person('engineer', await environment.environment.company());
    engineer = await environment.somebody('wei');
    await environment.signIn(engineer, email);
    folder = await mkdtemp(path.join(tmpdir(), 'mss-secret-'));
  });
  afterAll(async () => {
    await environment.stop();
    await rm(folder, { recursive: true });
  });

  it('reads values from standard input, a file and several files, and shows none of them', async () => {
    const registry = ['secret', 'create', 'registry', 'harbor', '--server', 'registry.example.com', '--username', 'robot'];
    expect(await engineer([...registry, '--password-file', '-'], 'hunter2\n')).toMatchObject({ code: 0 });
    const dotenv = path.join(folder, '.env');
    await writeFile(dotenv, '# of the tests\nWANDB_API_KEY="quoted key"\nexport WANDB_MODE=online\n');
    const made = await engineer(['secret', 'create', 'env', 'wandb', '--from-file', dotenv, '-o', 'json']);
    expect(JSON.parse(made.out)).toMatchObject({ name: 'wandb', keys: ['WANDB_API_KEY', 'WANDB_MODE'] });
    const key = path.join(folder, 'deploy.key');
    await writeFile(key, 'the key');
    expect(await engineer(['secret', 'create', 'file', 'ssh', `id_ed25519=${key}`, key])).toMatchObject({ code: 0 });
    const { out } = await engineer(['secret', 'ls']);
    expect(out).toMatch(/^harbor +registry +registry\.example\.com /m);
    expect(out).toMatch(/^ssh +files +deploy\.key, id_ed25519 /m);
    for (const shown of [out, made.out]) expect(shown).not.toMatch(/hunter2|quoted key|the key/);
  });

  it('takes no value from the arguments, and asks only on a terminal', async () => {
    expect(await engineer(['secret', 'create', 'env', 'x', 'TOKEN=abc'])).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('visible to others on this machine') as string },
    });
    expect(await engineer(['secret', 'create', 'env', 'x', 'TOKEN'])).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('Give --from-file FILE') as string },
    });
    expect(await engineer(['secret', 'create', 'env', 'x', '--from-file', '-'], 'TOKEN abc\n')).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('Line 1 of - is not like KEY=VALUE') as string },
    });
  });

  it('replaces and deletes on what was read, and says which jobs name it', async () => {
    const replaced = await engineer(['secret', 'replace', 'env', 'wandb', '--from-file', '-', '-o', 'json'], 'WANDB_API_KEY=other\n');
    expect(JSON.parse(replaced.out)).toMatchObject({ version: 2, keys: ['WANDB_API_KEY'] });
    expect(await engineer(['secret', 'rm', 'wandb'])).toMatchObject({ code: 0 });
    expect(await engineer(['secret', 'show', 'wandb'])).toMatchObject({ code: 4 });
  });
});
