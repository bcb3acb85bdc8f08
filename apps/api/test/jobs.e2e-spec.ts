import type { Call } from './api-test-environment.ts';
import { jobFile, JobsTestEnvironment } from './jobs-test-environment.ts';
import { readStream } from './open-stream.ts';

describe('jobs over HTTP', () => {
  let environment: JobsTestEnvironment;
  let engineer: Call;
  let authorization: string;
  beforeAll(async () => {
    environment = await JobsTestEnvironment.start();
    ({ engineer, authorization } = environment);
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('quotes what a job would cost before it is submitted', async () => {
    const quote = await engineer('POST', '/quotes', jobFile('quoted', { maxRuntime: '2h' }));
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
    const answers = await Promise.all([1, 2].map(() => engineer('POST', '/jobs', jobFile('once'), { 'idempotency-key': 'k1' })));
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    const [id, again] = answers.map(({ body }) => (body as { id: string }).id);
    expect(again).toBe(id);
    const shown = await engineer('GET', `/jobs/${id}`);
    expect(shown.body).toMatchObject({
      id,
      tenantId: environment.company.id,
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
    const document = (await (await fetch(`${environment.api.url}/api/openapi.json`)).json()) as {
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
    const made = [await environment.submit('walk-1'), await environment.submit('walk-2'), await environment.submit('walk-3')];
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
    const refused = await engineer('POST', '/jobs', jobFile('refused', spec));
    expect(refused).toMatchObject({ status: 422, body: { code } });
    const { errors, remedy } = refused.body as { errors: { pointer: string }[]; remedy: string };
    expect(errors.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(remedy).toMatch(/\w{3}.*\.$/);
    expect((await engineer('GET', '/jobs?name=refused')).body).toEqual({ items: [] });
  });

  it('hides a job from other companies, and lets the park look but not touch', async () => {
    const id = await environment.submit('private');
    const stranger = await environment.api.person('engineer', await environment.api.company('别家'));
    for (const [method, path] of [
      ['GET', `/jobs/${id}`],
      ['GET', `/jobs/${id}/events`],
      ['GET', `/jobs/${id}/logs`],
      ['POST', `/jobs/${id}/cancel`],
    ] as const) {
      expect(await stranger.call(method, path)).toMatchObject({ status: 404, body: { code: 'job.unknown' } });
    }
    const operator = await environment.api.person('operator');
    expect((await operator.call('GET', `/jobs/${id}`)).body).toMatchObject({ id });
    expect((await operator.call('POST', `/jobs/${id}/cancel`)).status).toBe(403);
    expect((await environment.api.call('GET', `/jobs/${id}`)).status).toBe(401);
  });

  it('cancels, and resumes only what is suspended', async () => {
    const id = await environment.submit('unwanted');
    expect((await engineer('POST', `/jobs/${id}/resume`)).body).toMatchObject({ status: 409, code: 'job.not-suspended' });
    expect((await engineer('POST', `/jobs/${id}/cancel`)).body).toMatchObject({ state: 'Cancelled' });
    const paused = await environment.submit('paused');
    for (const kind of ['admitted', 'started', 'stop-requested', 'stopped'] as const) await environment.apply(paused, kind);
    expect((await engineer('POST', `/jobs/${paused}/resume`)).body).toMatchObject({ state: 'Queued', attempt: 1 });
  });

  it('suspends what starts or runs, once, and says who asked', async () => {
    const id = await environment.submit('to-pause');
    const suspend = async () => await engineer('POST', `/jobs/${id}/suspend`);
    expect((await suspend()).body).toMatchObject({
      ...{ status: 409, code: 'job.not-suspendable' },
      detail: 'Only a job that starts or runs can be suspended; this one is Queued.',
    });
    for (const kind of ['admitted', 'started'] as const) await environment.apply(id, kind);
    expect((await suspend()).body).toMatchObject({ state: 'Suspending', stopReason: 'by a person' });
    expect((await suspend()).body).toMatchObject({ state: 'Suspending' });
    await environment.apply(id, 'stopped');
    expect((await suspend()).body).toMatchObject({ state: 'Suspended', stopReason: 'by a person' });
    const { items } = (await engineer('GET', `/jobs/${id}/events`)).body as { items: { kind: string; reason: string; actor: string }[] };
    expect(items.filter(({ kind }) => kind === 'stop-requested')).toEqual([expect.objectContaining({ reason: 'by a person' })]);
    expect((await engineer('POST', `/jobs/${id}/resume`)).body).toMatchObject({ state: 'Queued', stopReason: null });

    for (const kind of ['admitted', 'started'] as const) await environment.apply(id, kind);
    await engineer('POST', `/jobs/${id}/cancel`);
    expect((await suspend()).body).toMatchObject({
      code: 'job.not-suspendable',
      detail: expect.stringContaining('cancellation') as string,
    });
  });

  it('streams events as they happen, from where a reader left off, to the end of the job', async () => {
    const id = await environment.submit('streamed');
    const url = `${environment.api.url}/api/v1/jobs/${id}/events/stream`;
    const whole = readStream(url, { authorization });
    await environment.apply(id, 'admitted');
    await environment.apply(id, 'started');
    await engineer('POST', `/jobs/${id}/cancel`);
    await environment.apply(id, 'cancelled');
    expect((await whole).map(({ id: number, event }) => [number, event])).toEqual([
      ['1', 'submitted'],
      ['2', 'admitted'],
      ['3', 'started'],
      ['4', 'cancel-requested'],
      ['5', 'cancelled'],
    ]);
    const rest = await readStream(url, { authorization, 'last-event-id': '3' });
    expect(rest.map(({ event }) => event)).toEqual(['cancel-requested', 'cancelled']);
    expect(JSON.parse(rest[0]!.data)).toMatchObject({ actor: 'The engineer', fromState: 'Running' });
    const listed = await engineer('GET', `/jobs/${id}/events?after=3`);
    expect((listed.body as { items: object[] }).items).toHaveLength(2);
  });

  it('shows the values of a job’s environment to its company alone', async () => {
    const id = await environment.submit('secretive', { env: { HF_TOKEN: 'hf_secret', EPOCHS: '3' } });
    expect((await engineer('GET', `/jobs/${id}`)).body).toMatchObject({ file: { spec: { env: { HF_TOKEN: 'hf_secret' } } } });
    for (const role of ['finance', 'auditor', 'operator', 'administrator'] as const) {
      const { call } = await environment.api.person(role);
      const shown = await call('GET', `/jobs/${id}`);
      expect(shown.body).toMatchObject({ file: { spec: { env: { HF_TOKEN: '(hidden)', EPOCHS: '(hidden)' } } } });
    }
  });
});
