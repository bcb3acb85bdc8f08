import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { apiSettings, environment as apiEnvironment } from '../../api/src/settings.ts';
import { controllerEnvironment, environment as controllerSettings } from '../../controller/src/settings.ts';
import { DEPLOY, run } from './manifests.ts';
import { COMPILE_CACHE } from './processes.ts';

const ROOT = path.dirname(DEPLOY);
/** What Node reads itself. */
const NODE = ['NODE_OPTIONS', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
const API = [...Object.keys(apiEnvironment.shape), ...NODE];
const CONTROLLER = [...Object.keys(controllerSettings.shape), ...NODE];
/** By the table in apps/cluster-sim/src/main.ts. */
const SIMULATED = ['SIM_PORT', 'SIM_KUBECONFIG', 'SIM_MEMORY'];
const OWNER = ['DATABASE_OWNER_URL', 'DATABASE_URL', 'PUBLIC_URL'];

const text = (file: string): Promise<string> => readFile(path.join(DEPLOY, file), 'utf8');

/** Lines `name=value`, comments and headings left out; a name that comes twice has both values. */
function assignments(content: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of content.split('\n')) {
    const [, name, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), value]);
  }
  return found;
}

describe('the entry of image and units', () => {
  let home: string;

  /** A folder as the image has it: what is compiled, less what the Dockerfile takes away. */
  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'speedspace-image-'));
    await cp(path.join(ROOT, 'dist'), path.join(home, 'dist'), { recursive: true });
    // In place of the console that the same build makes.
    await mkdir(path.join(home, 'dist/console/assets'), { recursive: true });
    await writeFile(path.join(home, 'dist/console/index.html'), '<!doctype html>');
    await cp(path.join(ROOT, 'package.json'), path.join(home, 'package.json'));
    await symlink(path.join(ROOT, 'node_modules'), path.join(home, 'node_modules'));
    const [, taken = ''] = /RUN npm run build \\\n((?: && .*\n)+)/.exec(await text('Dockerfile')) ?? [];
    expect(await run('sh', ['-c', `cd '${home}' \\\n${taken}`])).toEqual({ code: 0, out: '', err: '' });
    expect(
      (await readdir(path.join(home, 'dist'), { recursive: true })).filter((file) =>
        /standalone|lab|testing|\.(int-|e2e-)?spec\./.test(file),
      ),
    ).toEqual([]);
  }, 300_000);
  afterAll(() => rm(home, { recursive: true }));

  const start = (...words: string[]) =>
    run('env', ['-i', `PATH=${String(process.env.PATH)}`, `NODE_COMPILE_CACHE=${COMPILE_CACHE}`, `SPEEDSPACE_HOME=${home}`, ...words]);
  const entry = path.join(DEPLOY, 'entrypoint.sh');

  it.each([
    ['api', [], 1, 'DATABASE_URL'],
    ['controller', [], 1, 'DATABASE_URL'],
    ['admin', ['migrate'], 2, 'DATABASE_OWNER_URL'],
    ['mss', ['--help'], 0, 'Usage: mss'],
    ['cluster-sim', [], 1, 'SIM_PORT'],
    ['shell', [], 2, 'speedspace: "shell" is no program: take api, controller, admin'],
  ])('starts %s', async (program, words, code, says) => {
    const ended = await start('SIM_PORT=many', entry, program, ...words);
    expect(ended.out + ended.err).toContain(says);
    expect(ended.code).toBe(code);
  });

  it('starts the API so that its memory stays small while it sends exports', async () => {
    const told = 'NODE_OPTIONS=--import=data:text/javascript,console.log(process.execArgv.join());process.exit()';
    expect((await start(told, entry, 'api')).out.trim()).toBe('--max-semi-space-size=6,--heap-growing-percent=20');
  });

  it('has the console where the API looks for it by itself', async () => {
    const asked = `import { consoleDirectory } from '${home}/dist/apps/api/src/console.js'; console.log(consoleDirectory(undefined));`;
    const { out, err } = await run('node', ['--input-type=module', '--eval', asked]);
    expect([out.trim(), err]).toEqual([path.join(await realpath(home), 'dist/console'), '']);
    expect(await readFile(path.join(home, 'dist/console/index.html'), 'utf8')).toBe('<!doctype html>');
  });

  it('tells whether the API of its container is alive', async () => {
    let status = 200;
    const asked: (string | undefined)[] = [];
    const server = createServer(({ url }, answer) => {
      asked.push(url);
      answer.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const health = async () => (await start(`PORT=${port}`, entry, 'health')).code;
    expect(await health()).toBe(0);
    status = 500;
    expect(await health()).toBe(1);
    server.close();
    server.closeAllConnections();
    expect(await health()).toBe(1);
    expect(asked).toEqual(['/healthz', '/healthz']);
  });
});

describe('the image', () => {
  it('holds what production needs, under a user without rights', async () => {
    const stages = (await text('Dockerfile')).split(/^FROM /m).slice(1);
    expect(stages.map((stage) => stage.split('\n')[0])).toEqual(['node:24-trixie-slim AS build', 'debian:trixie-slim']);
    const [build = '', result = ''] = stages;
    expect(build).toMatch(/npm ci --omit=dev/);
    expect(result).not.toMatch(/\b(npm|npx|gcc|make|curl|git)\b/);
    expect(result).toMatch(/^USER 10001:10001$/m);
    expect(result).toMatch(/^HEALTHCHECK .*CMD \["speedspace", "health"\]$/m);
    expect(result).toMatch(/^COPY deploy\/entrypoint\.sh \/usr\/local\/bin\/speedspace$/m);
    const left = (await readFile(path.join(ROOT, '.dockerignore'), 'utf8')).split('\n');
    expect(left).toEqual(expect.arrayContaining(['.git', '.data', '.env', 'node_modules', 'dist', 'deploy/**', '!deploy/entrypoint.sh']));
  });
});

describe('the services of one machine', () => {
  interface Service {
    readonly command?: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
    readonly healthcheck?: object;
    readonly profiles: readonly string[];
    readonly secrets?: readonly string[];
  }

  it('give each process what it reads, and the owner of the schema to the migration alone', async () => {
    const { services, secrets } = parse(await text('compose.yaml'), { merge: true }) as {
      services: Record<string, Service>;
      secrets: Record<string, { file: string }>;
    };
    const read: Readonly<Record<string, readonly string[]>> = { api: API, controller: CONTROLLER, admin: OWNER, 'cluster-sim': SIMULATED };
    for (const profile of ['simulated', 'cluster']) {
      const chosen = Object.values(services).filter(({ profiles }) => profiles.includes(profile));
      const programs = chosen.flatMap(({ command = [] }) => command[0] ?? []);
      expect(programs).toEqual(expect.arrayContaining(['admin', 'api', 'controller']));
      expect(programs.includes('cluster-sim')).toBe(profile === 'simulated');
    }
    const ours = Object.values(services).filter(({ command }) => command !== undefined);
    expect(ours).toHaveLength(6);
    for (const { command = [], environment, healthcheck, ...service } of ours) {
      const [program = ''] = command;
      expect(Object.keys(environment).filter((name) => read[program]?.includes(name) !== true)).toEqual([]);
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], user: '10001:10001', tmpfs: ['/tmp'] });
      if (program === 'admin') expect(healthcheck).toEqual({ disable: true });
      // Whatever may close months signs them, and nothing else has the key.
      const closesMonths = ['api', 'controller'].includes(program);
      expect([environment['SIGNING_KEY_FILE'], service.secrets]).toEqual(
        closesMonths ? ['/run/secrets/signing-key', ['signing-key']] : [undefined, undefined],
      );
    }
    expect(Object.keys(secrets)).toEqual(['signing-key']);
    const example = assignments(await text('compose.env.example'));
    const asked = [...(await text('compose.yaml')).matchAll(/\$\{(\w+):/g)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'SPEEDSPACE_IMAGE');
    expect([...example.keys()].sort()).toEqual([...new Set(asked)].sort());
  });
});

describe('the units of a bare host', () => {
  it('give each process what it reads, in files that API and controller take', async () => {
    const read = async (file: string) =>
      Object.fromEntries([...assignments(await text(`systemd/${file}.env.example`))].map(([name, [value = '']]) => [name, value]));
    const [shared, api, controller, owner] = await Promise.all(['speedspace', 'api', 'controller', 'owner'].map(read));
    const secrets = { JWT_SECRET: '2ZlmVvGkQ0yqYH3sTt8cPqWnXbR5uJ7d', SECRETS_KEY: 'k9TzQm4LwYx2RfVb7NcHs1PdGj6UaEo3' };
    const given = { ...shared, ...api, ...secrets };
    expect(Object.keys(given).filter((name) => !API.includes(name))).toEqual([]);
    expect(apiSettings(given)).toMatchObject({ host: '127.0.0.1', publicUrl: shared?.PUBLIC_URL });
    const other = { ...shared, ...controller };
    expect(Object.keys(other).filter((name) => !CONTROLLER.includes(name))).toEqual([]);
    expect(controllerEnvironment(other)).toMatchObject({ METERING_TICK: 60, KUBECONFIG: shared?.KUBECONFIG });
    expect(Object.keys(owner ?? {})).toEqual(['DATABASE_OWNER_URL']);
  });

  it('start the programs of the entry, each fenced in', async () => {
    const units = (await readdir(path.join(DEPLOY, 'systemd'))).filter((file) => file.endsWith('.service')).sort();
    const starts: (string[] | undefined)[] = [];
    for (const unit of units) {
      const set = assignments(await text(`systemd/${unit}`));
      starts.push(set.get('ExecStart'), set.get('EnvironmentFile'));
      const fences =
        'NoNewPrivileges PrivateTmp PrivateDevices ProtectHome ProtectKernelTunables ProtectControlGroups RestrictNamespaces'.split(' ');
      expect(fences.filter((name) => set.get(name)?.[0] !== 'yes')).toEqual([]);
      expect([set.get('ProtectSystem'), set.get('CapabilityBoundingSet'), set.get('User')]).toEqual([['strict'], [''], ['speedspace']]);
    }
    const entry = (words: string) => [`/opt/speedspace/deploy/entrypoint.sh ${words}`];
    const files = (own: string) => ['/etc/speedspace/speedspace.env', `/etc/speedspace/${own}.env`];
    expect(starts).toEqual([entry('api'), files('api'), entry('controller'), files('controller'), entry('admin migrate'), files('owner')]);
  });
});
