import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { connect as openSocket, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '#kernel/testing';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { WalletsService } from '#funding';
import { instantOf } from '#kernel';
import { connect } from '../src/api-client.ts';
import { type Mss, CliTestEnvironment } from './cli-test-environment.ts';
import type { Ran } from './scripted-environment.ts';

const MAIN = path.resolve('apps/cli/src/main.ts');
/** Keeps the compiled code from one process to the next. */
const COMPILE_CACHE = path.join(tmpdir(), 'speedspace-compile-cache');
const FLAGS = ['--experimental-transform-types', '--no-warnings', '--conditions=speedspace-source'];
const job = (name: string): string => `
apiVersion: speedspace.io/v1
kind: Job
metadata: { name: ${name}, annotations: { sim.speedspace.io/run-time: 150s, sim.speedspace.io/log: "+1s epoch 1\\n+120s end" } }
spec:
  gpuClass: h800
  replicas: 1
  gpusPerReplica: 1
  image: registry.park.example/team/train:1.4
  command: [python, train.py]
  maxRuntime: 30m
  selfPay: true
`;

interface Kept {
  readonly server: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Passes bytes on to the API, and cuts all connections when told to. */
class Relay {
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async to(target: string): Promise<Relay> {
    const { hostname, port } = new URL(target);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const relay = new Relay(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (near) => {
      const far = openSocket(Number(port), hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        relay.#sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
        one.pipe(other);
      }
    });
    return relay;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('a session of mss', () => {
  let park: CliTestEnvironment;
  let owner: Mss;
  let email: string;
  const home = (): string => path.join(park.folder, 'owner');
  const file = (): string => path.join(home(), 'mss', 'config.json');
  const kept = async (): Promise<Kept> => JSON.parse(await readFile(file(), 'utf8')) as Kept;

  beforeAll(async () => {
    park = await CliTestEnvironment.start({ JWT_ACCESS_SECONDS: '2' });
    const { app, database } = park.environment;
    const company = await park.environment.company();
    await database.transactions.run(async (tx) => {
      const catalog = app.get(CatalogService, { strict: false });
      const actor = systemActor('test');
      await catalog.addClass(tx, actor, { code: 'h800', nodeSelector: { 'speedspace.io/gpu-class': 'h800' }, gpusPerNode: 8 });
      await catalog.addPrice(tx, actor, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1_250n });
      const topUp = { tenantId: company.id, amount: 1_000_000n, reference: 'bank 1', key: 'topup-1' };
      await app.get(WalletsService, { strict: false }).topUp(tx, actor, topUp, instantOf(new Date()));
    });
    ({ email } = await park.environment.person('owner', company));
    owner = await park.somebody('owner');
    await park.signIn(owner, email);
  });
  afterAll(async () => {
    await park.stop();
  });

  /** As if the access token had run out. */
  async function outdate(): Promise<Kept> {
    const before = await kept();
    await writeFile(file(), JSON.stringify({ ...before, accessToken: 'stale' }));
    return before;
  }

  /** As if every refresh token that was used had been used long ago. */
  async function ageUsedTokens(): Promise<void> {
    await park.environment.database.owner.query(
      `UPDATE refresh_token SET used_at = now() - interval '10 minutes' WHERE used_at IS NOT NULL`,
    );
  }

  /** `mss` in a process of its own. */
  function inOwnProcess(words: readonly string[]): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [...FLAGS, MAIN, ...words], {
        env: { ...process.env, XDG_CONFIG_HOME: home(), NODE_COMPILE_CACHE: COMPILE_CACHE },
      });
      const said = { out: '', err: '' };
      child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code: code ?? -1, ...said }));
    });
  }

  it('survives four processes that renew it at the same moment', async () => {
    await outdate();
    const ran = await Promise.all([1, 2, 3, 4].map(() => inOwnProcess(['whoami'])));
    expect(ran.map(({ code, err }) => ({ code, err }))).toEqual(Array(4).fill({ code: 0, err: '' }));
    // One asked, three read what it kept: nothing rests on the server's forgiveness.
    await ageUsedTokens();
    await outdate();
    expect((await owner(['whoami'])).code).toBe(0);
  });

  it('is renewed once by all requests of a process', async () => {
    await outdate();
    const count = async (): Promise<bigint> =>
      (await park.environment.database.owner.query<[{ n: string }]>(`SELECT count(*)::text AS n FROM refresh_token`)).map(({ n }) =>
        BigInt(n),
      )[0]!;
    const before = await count();
    const environment = { env: { XDG_CONFIG_HOME: home() } } as unknown as Parameters<typeof connect>[0];
    const api = await connect(environment);
    const answers = await Promise.all(Array.from({ length: 8 }, () => api.GET('/api/v1/me')));
    expect(answers.map(({ response }) => response.status)).toEqual(Array(8).fill(200));
    expect((await count()) - before).toBe(1n);
  });

  it('is not lost by a process that waits while another renews it; its exit code is the job’s', async () => {
    const jobFile = await park.file('waits.yaml', job('waits'));
    const { accessToken } = await kept();
    const waiting = owner(['submit', '-f', jobFile, '--wait']);
    await eventually(
      'a job that runs',
      () => owner(['ls', '--name', 'waits', '-o', 'json']),
      ({ code, out }) => code === 0 && (JSON.parse(out) as { state: string }[]).some(({ state }) => state === 'Running'),
    );
    await outdate();
    expect((await owner(['ls'])).code).toBe(0);
    await ageUsedTokens();
    await eventually(
      'the end of the access token',
      () => park.environment.bearing(accessToken)('GET', '/me'),
      ({ status }) => status === 401,
    );
    const { code, err } = await waiting;
    expect([code, err]).toEqual([0, expect.stringContaining('Succeeded')]);
    await ageUsedTokens();
    expect((await owner(['whoami'])).code).toBe(0);
  });

  it('is not lost by the two streams of one process whose connections break after the end of its access token', async () => {
    const relay = await Relay.to(park.environment.url);
    try {
      const before = await kept();
      await writeFile(file(), JSON.stringify({ ...before, server: relay.url }));
      const jobFile = await park.file('streams.yaml', job('streams'));
      const running = inOwnProcess(['submit', '-f', jobFile, '--logs']);
      await eventually(
        'a job that runs',
        () => owner(['ls', '--name', 'streams', '-o', 'json'], '', { MSS_SERVER: relay.url }),
        ({ code, out }) => code === 0 && (JSON.parse(out) as { state: string }[]).some(({ state }) => state === 'Running'),
      );
      const { accessToken } = await kept();
      await eventually(
        'the end of the access token',
        () => park.environment.bearing(accessToken)('GET', '/me'),
        ({ status }) => status === 401,
      );
      relay.cut();
      const { code, out, err } = await running;
      expect([code, out, err]).toEqual([0, expect.stringMatching(/epoch 1\n[^]*end\n/), expect.stringContaining('Succeeded')]);
      await ageUsedTokens();
      expect((await owner(['whoami'])).code).toBe(0);
      await writeFile(file(), JSON.stringify({ ...(await kept()), server: park.environment.url }));
    } finally {
      await relay.stop();
    }
  });
});
