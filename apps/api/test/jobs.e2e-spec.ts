import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { ClusterService, type Workload } from '#cluster';
import { WalletsService } from '#funding';
import { instantOf } from '#kernel';
import { eventually } from '#kernel/testing';
import { JobsService, replicaShape, JobSettings } from '#jobs';
import type { Company } from '#tenancy';
import { gpuPool, SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

const controller = systemActor('controller');
const selector = { 'speedspace.io/gpu-class': 'h800' };

function file(name: string, spec: object = {}, annotations: object = {}) {
  return {
    apiVersion: 'speedspace.io/v1',
    kind: 'Job',
    metadata: { name, annotations },
    spec: {
      gpuClass: 'h800',
      gpusPerReplica: 8,
      image: 'registry.park.example/jiding/train:1.4',
      maxRuntime: '1h',
      selfPay: true,
      ...spec,
    },
  };
}

interface Sent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Reads a stream of server-sent events until it ends or `enough` is read. */
async function stream(url: string, headers: Record<string, string>, enough: (sent: Sent[]) => boolean = () => false): Promise<Sent[]> {
  const stop = new AbortController();
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: stop.signal });
  expect(response.status).toBe(200);
  const sent: Sent[] = [];
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
      const data = block.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice('data: '.length)] : []));
      if (data.length > 0) sent.push({ id: fields.get('id') ?? '', event: fields.get('event') ?? '', data: data.join('\n') });
    }
    if (enough(sent)) break;
  }
  stop.abort();
  return sent;
}

describe('jobs over HTTP', () => {
  let simulated: SimulatedCluster;
  let kubeconfig: string;
  let environment: ApiTestEnvironment;
  let company: Company;
  let engineer: Call;
  let authorization: string;
  let jobs: JobsService;

  const apply = (id: string, kind: Parameters<JobsService['apply']>[2]['kind']) =>
    environment.database.transactions.run((tx) => jobs.apply(tx, id, { kind }, controller));
  const submit = async (name: string, spec: object = {}, annotations: object = {}): Promise<string> => {
    const answer = await engineer('POST', '/jobs', file(name, spec, annotations));
    expect(answer).toMatchObject({ status: 201, body: { state: 'Queued' } });
    return (answer.body as { id: string }).id;
  };

  beforeAll(async () => {
    simulated = await SimulatedCluster.start({ nodes: [gpuPool('h800', 2, 'nvidia.com/gpu', '128', '2Ti')] });
    const directory = await mkdtemp(path.join(tmpdir(), 'speedspace-test-'));
    kubeconfig = path.join(directory, 'kubeconfig');
    await writeFile(kubeconfig, simulated.kubeconfigYaml);
    environment = await ApiTestEnvironment.start({
      KUBECONFIG: kubeconfig,
      SIMULATED_CLUSTER: 'true',
      ALLOWED_IMAGES: 'registry.park.example/*',
    });
    company = await environment.company();
    const person = await environment.person('engineer', company);
    engineer = person.call;
    const signedIn = await environment.call('POST', '/auth/sign-in', { email: person.email, password: 'quartz lantern 42 meadow' });
    authorization = `Bearer ${(signedIn.body as { accessToken: string }).accessToken}`;
    jobs = environment.app.get(JobsService, { strict: false });
    await environment.database.transactions.run(async (tx) => {
      const catalog = environment.app.get(CatalogService, { strict: false });
      await catalog.addClass(tx, controller, { code: 'h800', nodeSelector: selector });
      await catalog.addPrice(tx, controller, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1_250n });
      const topUp = { tenantId: company.id, amount: 100_000n, reference: 'bank 1', key: 'topup-1' };
      await environment.app.get(WalletsService, { strict: false }).topUp(tx, controller, topUp, instantOf(new Date()));
    });
  });
  afterAll(async () => {
    await environment.stop();
    await simulated.stop();
    await rm(path.dirname(kubeconfig), { recursive: true });
  });

  it('quotes what a job would cost before it is submitted', async () => {
    const quote = await engineer('POST', '/quotes', file('quoted', { maxRuntime: '2h' }));
    expect(quote).toMatchObject({
      status: 200,
      body: {
        gpus: 8,
        quotedGpuSeconds: 57_600,
        fenPerGpuHour: 1_250,
        listFen: 20_000,
        subsidyFen: 0,
        selfPaidFen: 20_000,
        uncoveredGpuSeconds: 0,
      },
    });
    expect((quote.body as { shares: object[] }).shares).toEqual([
      { source: 'wallet', name: 'wallet', unit: 'CNY', coveredGpuSeconds: 57_600, amount: 20_000, left: 80_000 },
    ]);
  });

  it('accepts a job once per key, shows it, and finds it in lists', async () => {
    const answers = await Promise.all([1, 2].map(() => engineer('POST', '/jobs', file('once'), { 'idempotency-key': 'k1' })));
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    const [id, again] = answers.map(({ body }) => (body as { id: string }).id);
    expect(again).toBe(id);
    const shown = await engineer('GET', `/jobs/${id}`);
    expect(shown.body).toMatchObject({
      id,
      tenantId: company.id,
      name: 'once',
      state: 'Queued',
      attempt: 0,
      file: { kind: 'Job', metadata: { name: 'once' } },
    });
    const listed = await engineer('GET', '/jobs?name=once&state=Queued,Running');
    expect((listed.body as { items: { id: string }[] }).items.map((item) => item.id)).toEqual([id]);
    expect((await engineer('GET', '/jobs?state=Sleeping')).status).toBe(422);
    const { submittedBy } = shown.body as { submittedBy: string };
    const foundBy = async (user: string): Promise<string[]> =>
      ((await engineer('GET', `/jobs?name=once&submittedBy=${user}`)).body as { items: { id: string }[] }).items.map((item) => item.id);
    expect([await foundBy(submittedBy), await foundBy('user_01jaaaaaaaaaaaaaaaaaaaaaaa')]).toEqual([[id], []]);
  });

  it('describes the job file and every route of jobs', async () => {
    const document = (await (await fetch(`${environment.url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { 'x-action': string; requestBody?: { content: Record<string, { schema: object }> } }>>;
    };
    const routes = Object.entries(document.paths).flatMap(([route, methods]) => Object.keys(methods).map((method) => `${method} ${route}`));
    expect(routes).toEqual(
      expect.arrayContaining(
        [
          'post ',
          'get ',
          'get /{id}',
          'get /{id}/events',
          'get /{id}/events/stream',
          'get /{id}/logs',
          'get /{id}/logs/lines',
          'get /{id}/logs/stream',
        ]
          .concat(['post /{id}/cancel', 'post /{id}/suspend', 'post /{id}/resume'])
          .map((route) => route.replace(' ', ' /api/v1/jobs')),
      ),
    );
    const body = document.paths['/api/v1/jobs']?.['post']?.requestBody?.content['application/json']?.schema;
    expect(body).toMatchObject({
      properties: { spec: { required: expect.arrayContaining(['gpuClass', 'image', 'maxRuntime']) as unknown } },
    });
  });

  it('walks a list by its cursor', async () => {
    const made = [await submit('walk-1'), await submit('walk-2'), await submit('walk-3')];
    const first = await engineer('GET', '/jobs?name=walk-&limit=2');
    const second = await engineer('GET', `/jobs?name=walk-&limit=2&cursor=${(first.body as { nextCursor: string }).nextCursor}`);
    const ids = [first, second].flatMap(({ body }) => (body as { items: { id: string }[] }).items.map(({ id }) => id));
    expect(ids).toEqual(made.toReversed());
    expect(second.body).not.toHaveProperty('nextCursor');
  });

  it.each([
    ['a malformed file', { maxRuntime: 'soon', memory: '64GB' }, 'job.invalid', ['/spec/maxRuntime', '/spec/memory']],
    ['an unknown class', { gpuClass: 'b200' }, 'job.unknown-class', ['/spec/gpuClass']],
    ['more GPUs than a node has', { gpusPerReplica: 9 }, 'job.shape-too-large', ['/spec/gpusPerReplica']],
    ['more nodes than there are', { replicas: 3 }, 'job.shape-too-large', ['/spec/replicas']],
    ['an image from elsewhere', { image: 'docker.io/evil/miner:1' }, 'job.image-not-allowed', ['/spec/image']],
    ['no funding', { selfPay: false }, 'job.no-funding', ['/spec/selfPay']],
  ])('refuses %s with a problem that names field and remedy', async (_what, spec, code, pointers) => {
    const refused = await engineer('POST', '/jobs', file('refused', spec));
    expect(refused).toMatchObject({ status: 422, body: { code } });
    const { errors, remedy } = refused.body as { errors: { pointer: string }[]; remedy: string };
    expect(errors.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(remedy).toMatch(/\w{3}.*\.$/);
    expect((await engineer('GET', '/jobs?name=refused')).body).toEqual({ items: [] });
  });

  it('hides a job from other companies, and lets the park look but not touch', async () => {
    const id = await submit('private');
    const stranger = await environment.person('engineer', await environment.company('别家'));
    for (const [method, path] of [
      ['GET', `/jobs/${id}`],
      ['GET', `/jobs/${id}/events`],
      ['GET', `/jobs/${id}/logs`],
      ['POST', `/jobs/${id}/cancel`],
    ] as const) {
      expect(await stranger.call(method, path)).toMatchObject({ status: 404, body: { code: 'job.unknown' } });
    }
    const operator = await environment.person('operator');
    expect((await operator.call('GET', `/jobs/${id}`)).body).toMatchObject({ id });
    expect((await operator.call('POST', `/jobs/${id}/cancel`)).status).toBe(403);
    expect((await environment.call('GET', `/jobs/${id}`)).status).toBe(401);
  });

  it('cancels, and resumes only what is suspended', async () => {
    const id = await submit('unwanted');
    expect((await engineer('POST', `/jobs/${id}/resume`)).body).toMatchObject({ status: 409, code: 'job.not-suspended' });
    expect((await engineer('POST', `/jobs/${id}/cancel`)).body).toMatchObject({ state: 'Cancelled' });
    const paused = await submit('paused');
    for (const kind of ['admitted', 'started', 'stop-requested', 'stopped'] as const) await apply(paused, kind);
    expect((await engineer('POST', `/jobs/${paused}/resume`)).body).toMatchObject({ state: 'Queued', attempt: 1 });
  });

  it('suspends what starts or runs, once, and says who asked', async () => {
    const id = await submit('to-pause');
    const suspend = async () => await engineer('POST', `/jobs/${id}/suspend`);
    expect((await suspend()).body).toMatchObject({
      ...{ status: 409, code: 'job.not-suspendable' },
      detail: 'Only a job that starts or runs can be suspended; this one is Queued.',
    });
    for (const kind of ['admitted', 'started'] as const) await apply(id, kind);
    expect((await suspend()).body).toMatchObject({ state: 'Suspending', stopReason: 'by a person' });
    expect((await suspend()).body).toMatchObject({ state: 'Suspending' });
    await apply(id, 'stopped');
    expect((await suspend()).body).toMatchObject({ state: 'Suspended', stopReason: 'by a person' });
    const { items } = (await engineer('GET', `/jobs/${id}/events`)).body as { items: { kind: string; reason: string; actor: string }[] };
    expect(items.filter(({ kind }) => kind === 'stop-requested')).toEqual([expect.objectContaining({ reason: 'by a person' })]);
    expect((await engineer('POST', `/jobs/${id}/resume`)).body).toMatchObject({ state: 'Queued', stopReason: null });

    for (const kind of ['admitted', 'started'] as const) await apply(id, kind);
    await engineer('POST', `/jobs/${id}/cancel`);
    expect((await suspend()).body).toMatchObject({
      code: 'job.not-suspendable',
      detail: expect.stringContaining('cancellation') as string,
    });
  });

  it('streams events as they happen, from where a reader left off, to the end of the job', async () => {
    const id = await submit('streamed');
    const url = `${environment.url}/api/v1/jobs/${id}/events/stream`;
    const whole = stream(url, { authorization });
    await apply(id, 'admitted');
    await apply(id, 'started');
    await engineer('POST', `/jobs/${id}/cancel`);
    await apply(id, 'cancelled');
    expect((await whole).map(({ id: number, event }) => [number, event])).toEqual([
      ['1', 'submitted'],
      ['2', 'admitted'],
      ['3', 'started'],
      ['4', 'cancel-requested'],
      ['5', 'cancelled'],
    ]);
    const rest = await stream(url, { authorization, 'last-event-id': '3' });
    expect(rest.map(({ event }) => event)).toEqual(['cancel-requested', 'cancelled']);
    expect(JSON.parse(rest[0]!.data)).toMatchObject({ actor: 'The engineer', fromState: 'Running' });
    const listed = await engineer('GET', `/jobs/${id}/events?after=3`);
    expect((listed.body as { items: object[] }).items).toHaveLength(2);
  });

  it('hands out logs of a real pod, at once and followed', async () => {
    const id = await submit(
      'wordy',
      {},
      { 'sim.speedspace.io/start-delay': '100ms', 'sim.speedspace.io/run-time': '3s', 'sim.speedspace.io/log': ' 10%\r100%\none\n+1s two' },
    );
    expect((await engineer('GET', `/jobs/${id}/logs`)).body).toMatchObject({ status: 404, code: 'logs.none' });
    const job = await apply(id, 'admitted');
    const cluster = ClusterService.connect({ kubeconfig: simulated.kubeconfigYaml });
    const workload: Workload = {
      jobId: id,
      attempt: 1,
      tenant: { id: company.id, slug: company.slug },
      spec: job.spec,
      replica: replicaShape(job.spec, new JobSettings()),
      gpuClass: { code: 'h800', resourceName: 'nvidia.com/gpu', nodeSelector: selector, runtimeClassName: null, tolerations: [] },
      nodes: [],
    };
    await cluster.spaces.ensure(workload.tenant);
    await cluster.jobs.ensure(workload);
    await eventually(
      'a pod that has started',
      () => cluster.pods.list(workload),
      ([pod]) => pod?.startedAt !== undefined,
    );
    const url = `${environment.url}/api/v1/jobs/${id}/logs/stream`;
    const [first] = await stream(url, { authorization }, (sent) => sent.length > 0);
    // The first two lines were written in the same instant: a reader resumes between them.
    const rest = await stream(url, { authorization, 'last-event-id': first!.id });
    expect([first!, ...rest].map(({ event, data }) => [event, data])).toEqual([
      ['line', ' 10%\n100%'],
      ['line', 'one'],
      ['line', 'two'],
    ]);
    const answer = await engineer('GET', `/jobs/${id}/logs?tail=1`);
    expect([answer.headers.get('content-type'), answer.body]).toEqual(['text/plain; charset=utf-8', 'two\n']);
    expect((await engineer('GET', `/jobs/${id}/logs`)).body).toBe(' 10%\r100%\none\ntwo\n');
    await readInPages(id);
    await readByThePark(id);
  });

  /** From either end, behind any line, in a period and with a text; each line has the id with which a stream resumes. */
  async function readInPages(id: string): Promise<void> {
    interface Lines {
      readonly items: readonly { readonly id: string; readonly at: string; readonly text: string }[];
      readonly nextCursor?: string;
    }
    const lines = async (query: string): Promise<Lines> => (await engineer('GET', `/jobs/${id}/logs/lines?${query}`)).body as Lines;
    const texts = ({ items }: Lines): string[] => items.map(({ text }) => text);
    const { items } = await lines('');
    expect(items.map(({ text }) => text)).toEqual([' 10%\r100%', 'one', 'two']);
    expect(items[1]?.id).toBe(`${items[0]!.id}/2`);
    const latest = await lines('order=latest&limit=1');
    expect(texts(latest)).toEqual(['two']);
    expect(texts(await lines(`order=latest&cursor=${encodeURIComponent(latest.nextCursor!)}`))).toEqual(['one', ' 10%\r100%']);
    expect(texts(await lines(`cursor=${encodeURIComponent(items[0]!.id)}&limit=1`))).toEqual(['one']);
    const second = items[2]!.at.replace(/\d{6}Z$/, 'Z');
    expect(texts(await lines(`until=${second}&contains=ONE`))).toEqual(['one']);
    expect((await engineer('GET', `/jobs/${id}/logs?since=${second}`)).body).toBe('two\n');
    expect((await engineer('GET', `/jobs/${id}/logs?contains=O&tail=1&until=${second}`)).body).toBe('one\n');
    expect((await engineer('GET', `/jobs/${id}/logs?contains=nothing`)).body).toBe('');
    expect((await engineer('GET', `/jobs/${id}/logs?tail=1&timestamps=true`)).body).toBe(`${items[2]!.at} two\n`);
    const url = `${environment.url}/api/v1/jobs/${id}/logs/stream`;
    for (const [query, data] of [
      [`since=${second}`, ['two']],
      ['contains=ONE', ['one']],
      ['tail=2', ['one', 'two']],
    ] as const) {
      expect((await stream(`${url}?${query}`, { authorization })).map((event) => event.data)).toEqual(data);
    }
    for (const refused of ['cursor=now', 'since=yesterday', 'limit=0', 'contains=', 'tail=1']) {
      expect((await engineer('GET', `/jobs/${id}/logs/lines?${refused}`)).status).toBe(422);
    }
  }

  /** A company's log is read by the park's people for a reason, which the trail keeps; by finance not at all. */
  async function readByThePark(id: string): Promise<void> {
    const [operator, finance, auditor] = [
      await environment.person('operator'),
      await environment.person('finance'),
      await environment.person('auditor'),
    ];
    for (const path of [`/jobs/${id}/logs`, `/jobs/${id}/logs/lines`, `/jobs/${id}/logs/stream`]) {
      expect(await operator.call('GET', path)).toMatchObject({ status: 422, body: { code: 'log.reason-needed' } });
      expect((await finance.call('GET', path, undefined, { 'x-reason': 'x' })).status).toBe(403);
    }
    const why = { 'x-reason': encodeURIComponent('工单 42') };
    for (let time = 0; time < 3; time += 1) {
      expect((await operator.call('GET', `/jobs/${id}/logs?tail=1`, undefined, why)).body).toBe('two\n');
    }
    await operator.call('GET', `/jobs/${id}/logs`, undefined, { 'x-reason': 'ticket' });
    const trail = await auditor.call('GET', `/audit/events?objectId=${id}&action=job.log-read`);
    expect((trail.body as { items: object[] }).items).toMatchObject([
      { actor: { id: operator.id }, tenantId: company.id, reason: '工单 42', after: { attempt: 1, replica: 0 } },
      { actor: { id: operator.id }, reason: 'ticket' },
    ]);
  }

  it('shows the values of a job’s environment to its company alone', async () => {
    const id = await submit('secretive', { env: { HF_TOKEN: 'hf_secret', EPOCHS: '3' } });
    expect((await engineer('GET', `/jobs/${id}`)).body).toMatchObject({ file: { spec: { env: { HF_TOKEN: 'hf_secret' } } } });
    for (const role of ['finance', 'auditor', 'operator', 'administrator'] as const) {
      const { call } = await environment.person(role);
      const shown = await call('GET', `/jobs/${id}`);
      expect(shown.body).toMatchObject({ file: { spec: { env: { HF_TOKEN: '(hidden)', EPOCHS: '(hidden)' } } } });
    }
  });
});
