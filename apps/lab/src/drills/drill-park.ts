import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SimulatedCluster } from '../../../cluster-sim/src/index.ts';
import { DrillProcess } from './drill-process.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

/** Short, so that a drill shows the meter at work within seconds. */
const METERING_TICK_SECONDS = '2';
const ENGINEER = 'engineer@jiding.example';
/** How often a client repeats a request with the same key while no API answers, a tenth of a second apart. */
const TRIES = 600;

interface Session {
  readonly url: string;
  readonly token: string;
}

/** A park with the demo's companies and people: real processes of one or two releases, beside a simulated cluster, in real time. */
export class DrillPark {
  readonly #processes: DrillProcess[] = [];
  readonly #passwords = new Map<string, string>();
  readonly #jwtSecret = randomBytes(36).toString('base64');
  readonly #secretsKey = randomBytes(36).toString('base64');
  readonly #submitted: string[] = [];
  #apiUrls: string[] = [];

  private constructor(
    readonly folder: string,
    readonly cluster: SimulatedCluster,
    private readonly say: (line: string) => void,
    private readonly databaseUrl: string,
    readonly ownerUrl: string,
  ) {}

  static async open(folder: string, databaseUrl: string, ownerUrl: string, say: (line: string) => void): Promise<DrillPark> {
    const cluster = await SimulatedCluster.start();
    await writeFile(path.join(folder, 'kubeconfig'), cluster.kubeconfigYaml, { mode: 0o600 });
    return new DrillPark(folder, cluster, say, databaseUrl, ownerUrl);
  }

  get #variables(): Record<string, string> {
    return {
      DATABASE_URL: this.databaseUrl,
      KUBECONFIG: path.join(this.folder, 'kubeconfig'),
      SIMULATED_CLUSTER: 'true',
      JWT_SECRET: this.#jwtSecret,
      SECRETS_KEY: this.#secretsKey,
      METERING_TICK: METERING_TICK_SECONDS,
      LEADER_LEASE: '3',
      LOG_LEVEL: 'warn',
    };
  }

  /** Ids of the jobs that an API answered 201 for. */
  get submitted(): readonly string[] {
    return this.#submitted;
  }

  /** Runs `admin migrate` of a release. @returns its exit code and what it wrote */
  async migrate(release: string): Promise<{ readonly code: number | null; readonly output: string }> {
    const variables = { DATABASE_URL: this.databaseUrl, DATABASE_OWNER_URL: this.ownerUrl };
    const admin = this.#start(release, 'api/src/admin.main.js', ['migrate'], variables, 'migrate');
    const code = await admin.ended();
    return { code, output: admin.output.trim() };
  }

  /** Loads the demo's companies and people, without their jobs, by `npm start` of a release, which it ends again. */
  async loadDemo(release: string): Promise<void> {
    const data = path.join(this.folder, 'standalone');
    await mkdir(data);
    const variables = { ...this.#variables, DEMO_DATA: 'true', DEMO_JOBS: '0', DATA_DIRECTORY: data, PORT: '0' };
    const standalone = this.#start(release, 'standalone/src/main.js', [], variables, 'standalone');
    await until(
      'the demo data',
      () => standalone.output,
      (output) => !standalone.runs || output.includes('Ctrl-C stops it.'),
    );
    for (const [, email = '', password = ''] of standalone.output.matchAll(/│ (\S+@\S+) +│ (\S+) +│/g))
      this.#passwords.set(email, password);
    await standalone.stop();
    if (!this.#passwords.has(ENGINEER)) throw new Error(`no demo data was loaded: ${standalone.output}`);
  }

  async startApi(release: string, name: string): Promise<DrillProcess> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const api = this.#start(release, 'api/src/main.js', [], { ...this.#variables, PORT: String(port) }, name);
    await this.#untilReady(api, url);
    this.#apiUrls.push(url);
    return api;
  }

  async startController(release: string, name: string): Promise<DrillProcess> {
    const port = String(await freePort());
    const controller = this.#start(release, 'controller/src/main.js', [], { ...this.#variables, CONTROLLER_PORT: port }, name);
    await this.#untilReady(controller, `http://127.0.0.1:${port}`);
    return controller;
  }

  /** @throws Error with what it wrote, where it ends instead */
  async #untilReady(process: DrillProcess, url: string): Promise<void> {
    const look = async (): Promise<string> =>
      await fetch(`${url}/readyz`).then(async (answer) => `${answer.status} ${await answer.text()}`, String);
    await until(`${process.name} to be ready`, look, (seen) => seen.startsWith('200') || !process.runs);
    if (!process.runs) throw new Error(`${process.name} ended: ${process.output}`);
  }

  /**
   * Starts an API of a release that must not start, where a later release migrated the database meanwhile.
   * @returns its exit code and what it wrote; undefined where nothing was migrated
   */
  async startRefusedIfLater(
    release: string,
    migrated: string,
  ): Promise<{ readonly code: number | null; readonly output: string } | undefined> {
    if (!/^ran /m.test(migrated)) return undefined;
    const refused = this.#start(release, 'api/src/main.js', [], { ...this.#variables, PORT: '0' }, 'api-refused');
    return { code: await refused.ended(), output: refused.output.trim() };
  }

  /** No client asks the API at the first address any more. */
  dropOldestApi(): void {
    this.#apiUrls = this.#apiUrls.slice(1);
  }

  dropAllApis(): void {
    this.#apiUrls = [];
  }

  /** Runs `mss` as one of the demo's people. @returns its exit code and what it wrote */
  async mss(release: string, email: string, ...args: string[]): Promise<{ readonly code: number | null; readonly output: string }> {
    const home = path.join(this.folder, `home-of-${email}`);
    await mkdir(home, { recursive: true });
    const run = async (words: readonly string[], input = ''): Promise<{ code: number | null; output: string }> => {
      const mss = this.#start(release, 'cli/src/main.js', words, { XDG_CONFIG_HOME: home }, 'mss', input);
      return { code: await mss.ended(), output: mss.output.trim() };
    };
    const server = this.#apiUrls.at(-1) ?? '';
    const password = `${this.#passwords.get(email) ?? ''}\n`;
    const signedIn = await run(['login', '--server', server, '--email', email, '--password-stdin'], password);
    if (signedIn.code !== 0) throw new Error(`mss login ended with ${signedIn.code}: ${signedIn.output}`);
    return await run(args);
  }

  /**
   * Submits a job of two pods with four GPUs each that runs for `seconds`. Where no API answers, or none knows the outcome, the client
   * repeats the request with the same key. @returns its id
   */
  async submit(name: string, seconds: number): Promise<string> {
    const file = {
      apiVersion: 'speedspace.io/v1',
      kind: 'Job',
      metadata: { name, annotations: { 'sim.speedspace.io/run-time': `${seconds}s` } },
      spec: {
        ...{ gpuClass: 'h800', replicas: 2, gpusPerReplica: 4, image: 'registry.park.example/drill:1' },
        ...{ command: ['run'], maxRuntime: '1h', selfPay: true },
      },
    };
    for (let tried = 1; ; tried += 1) {
      const answer = await this.#post('/jobs', file, name).catch((error: unknown) => ({ status: 0, text: String(error) }));
      if (answer.status === 201) {
        const { id } = JSON.parse(answer.text) as { id: string };
        this.#submitted.push(id);
        return id;
      }
      const mayRepeat = answer.status === 0 || answer.status >= 500;
      if (!mayRepeat || tried === TRIES) throw new Error(`${name} was refused: ${answer.status} ${answer.text}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async stopProcesses(): Promise<void> {
    await Promise.all(this.#processes.filter(({ runs }) => runs).map((process) => process.stop()));
  }

  async stop(): Promise<void> {
    await this.stopProcesses();
    await this.cluster.stop();
  }

  async #post(route: string, body: unknown, key: string): Promise<{ status: number; text: string }> {
    const { url, token } = await this.#signIn();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key };
    const answer = await fetch(`${url}/api/v1${route}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, text: await answer.text() };
  }

  /** Every API takes the tokens of every other, whatever its release. */
  #session: Session | undefined;
  async #signIn(): Promise<Session> {
    const url = this.#apiUrls[this.#submitted.length % this.#apiUrls.length];
    if (url === undefined) throw new Error('no API runs');
    if (this.#session !== undefined) return { ...this.#session, url };
    const answer = await fetch(`${url}/api/v1/auth/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: ENGINEER, password: this.#passwords.get(ENGINEER) }),
    });
    const { accessToken } = (await answer.json()) as { accessToken?: string };
    if (accessToken === undefined) throw new Error(`sign-in answered ${answer.status}`);
    this.#session = { url, token: accessToken };
    return this.#session;
  }

  #start(
    release: string,
    entry: string,
    args: readonly string[],
    variables: Readonly<Record<string, string>>,
    name: string,
    input = '',
  ): DrillProcess {
    const process = DrillProcess.start(release, entry, args, variables, path.join(this.folder, `${name}.log`), input);
    this.#processes.push(process);
    if (entry.startsWith('api/src/main') || entry.startsWith('controller')) this.say(`${name} starts`);
    return process;
  }
}
