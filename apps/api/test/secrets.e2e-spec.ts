import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { WalletsService } from '#funding';
import { instantOf, ManualClock } from '#kernel';
import { type Answer, ApiTestEnvironment, type Call } from './api-test-environment.ts';

const NOW = new Date('2026-10-01T02:00:00Z');
/** What must be found nowhere. */
const VALUES = ['hunter2-of-the-registry', 'wandb-key-of-jiding', 'private-key-of-jiding', 'second-wandb-key-of-jiding'] as const;
const [PASSWORD, VARIABLE, FILE, REPLACED] = VALUES;
const version = (answer: Answer) => ({ 'if-match': `"${(answer.body as { version: number }).version}"` });

describe('secrets over HTTP', () => {
  let environment: ApiTestEnvironment;
  let engineer: Call, rival: Call, auditor: Call;
  let companyId: string;
  const lines: string[] = [];
  const clock = new ManualClock(NOW);

  const registry = { kind: 'registry', server: 'registry.jiding.example', username: 'robot', password: PASSWORD };
  const variables = (key: string = VARIABLE) => ({ kind: 'environment', values: { WANDB_API_KEY: key, WANDB_MODE: 'online' } });
  const files = { kind: 'files', files: { id_ed25519: Buffer.from(FILE).toString('base64') } };
  const job = (spec: object) => ({
    ...{ apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name: 'sft' } },
    spec: { gpuClass: 'h800', gpusPerReplica: 8, image: 'registry.jiding.example/train:1', maxRuntime: '1h', selfPay: true, ...spec },
  });

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ JWT_ACCESS_SECONDS: '8640000', LOG_LEVEL: 'trace' }, clock, {
      write: (line: string) => void lines.push(line),
    });
    const [company, other] = [await environment.company('极订科技'), await environment.company('对手')];
    companyId = company.id;
    engineer = (await environment.person('engineer', company)).call;
    rival = (await environment.person('owner', other)).call;
    auditor = (await environment.person('auditor')).call;
    const test = systemActor('test');
    await environment.database.transactions.run(async (tx) => {
      const catalog = environment.app.get(CatalogService, { strict: false });
      await catalog.addClass(tx, test, { code: 'h800', gpusPerNode: 8 });
      await catalog.announcePrice(tx, test, 'h800', { from: new Date(0), fenPerGpuHour: 1_250n }, NOW);
      const wallets = environment.app.get(WalletsService, { strict: false });
      await wallets.open(tx, [company.id]);
      await wallets.topUp(tx, test, { tenantId: company.id, amount: 1_000_000n, reference: 'x', key: 'x' }, instantOf(NOW));
    });
  });
  afterAll(async () => {
    await environment.stop();
  });

  /** Every row of every table as text, as the owner of the schema sees it. */
  async function wholeDatabase(): Promise<string> {
    const { owner } = environment.database;
    const tables = await owner.query<{ name: string }[]>(`SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`);
    const rows = await Promise.all(tables.map(({ name }) => owner.query<{ row: string }[]>(`SELECT t::text AS row FROM ${name} t`)));
    return rows
      .flat()
      .map(({ row }) => row)
      .join('\n');
  }

  it('are written once, and show only what they hold, who wrote it and when it was used', async () => {
    const created = await engineer('POST', '/secrets', { name: 'registry', ...registry });
    expect(created).toMatchObject({
      status: 201,
      body: { name: 'registry', kind: 'registry', keys: ['registry.jiding.example'], version: 1 },
    });
    expect(await engineer('POST', '/secrets', { name: 'wandb', ...variables() })).toMatchObject({
      ...{ status: 201, body: { keys: ['WANDB_API_KEY', 'WANDB_MODE'], createdAt: NOW.toISOString(), lastUsedAt: null } },
    });
    expect(await engineer('POST', '/secrets', { name: 'ssh', ...files })).toMatchObject({ status: 201, body: { keys: ['id_ed25519'] } });
    const { items } = (await engineer('GET', '/secrets')).body as { items: { name: string }[] };
    expect(items.map(({ name }) => name)).toEqual(['registry', 'ssh', 'wandb']);
    const wandb = await engineer('GET', '/secrets/wandb');
    expect(wandb.headers.get('etag')).toBe('"1"');
    expect(Object.keys(wandb.body as object)).not.toContain('values');
  });

  it('answer a repetition with the same Idempotency-Key as the first time', async () => {
    const again = () => engineer('POST', '/secrets', { name: 'once', ...variables() }, { 'idempotency-key': 'one' });
    const first = await again();
    expect(await again()).toMatchObject({ status: 201, body: first.body as object });
    expect(await engineer('POST', '/secrets', { name: 'once', ...variables() })).toMatchObject({
      ...{ status: 409, body: { code: 'secret.name-taken' } },
    });
  });

  it('are replaced on the version that was read, and keep their kind', async () => {
    const before = await engineer('GET', '/secrets/wandb');
    clock.moveTo(new Date(NOW.getTime() + 60_000));
    const replaced = await engineer('PUT', '/secrets/wandb', variables(REPLACED), version(before));
    expect(replaced).toMatchObject({
      status: 200,
      body: { version: 2, createdAt: NOW.toISOString(), changedAt: clock.now().toISOString() },
    });
    expect(await engineer('PUT', '/secrets/wandb', variables(), version(before))).toMatchObject({
      ...{ status: 412, body: { code: 'secret.changed' } },
    });
    expect(await engineer('PUT', '/secrets/wandb', variables())).toMatchObject({ status: 428 });
    expect(await engineer('PUT', '/secrets/wandb', files, version(replaced))).toMatchObject({
      ...{ status: 422, body: { code: 'secret.other-kind', errors: [{ pointer: '/kind' }] } },
    });
  });

  it.each<[string, object, string]>([
    ['a variable of Speedspace', { kind: 'environment', values: { MASTER_ADDR: 'x' } }, '/values/MASTER_ADDR'],
    [
      'a variable that chooses devices',
      { kind: 'environment', values: { NVIDIA_VISIBLE_DEVICES: 'all' } },
      '/values/NVIDIA_VISIBLE_DEVICES',
    ],
    ['no variable', { kind: 'environment', values: {} }, '/values'],
    ['an empty value', { kind: 'environment', values: { TOKEN: '' } }, '/values/TOKEN'],
    ['a value too long', { kind: 'environment', values: { TOKEN: 'x'.repeat(32_769) } }, '/values/TOKEN'],
    ['a path as the name of a file', { kind: 'files', files: { '../passwd': 'YQ==' } }, '/files/..~1passwd'],
    ['a file that is not Base64', { kind: 'files', files: { key: 'not base64!' } }, '/files/key'],
    ['an address as a registry', { ...registry, server: 'https://registry.example' }, '/server'],
  ])('are refused with %s, at the field and without the value', async (_what, content, pointer) => {
    const answer = await engineer('POST', '/secrets', { name: 'bad', ...content });
    expect(answer).toMatchObject({ status: 422, body: { code: 'secret.content-invalid', errors: [{ pointer }] } });
    expect(await engineer('GET', '/secrets/bad')).toMatchObject({ status: 404, body: { code: 'secret.unknown' } });
  });

  it('are their company’s: others find nothing, and an auditor reads names only', async () => {
    expect((await rival('GET', '/secrets')).body).toEqual({ items: [] });
    expect(await rival('GET', '/secrets/wandb')).toMatchObject({ status: 404 });
    expect(await rival('DELETE', '/secrets/wandb', undefined, { 'if-match': '"2"' })).toMatchObject({ status: 404 });
    expect(await rival('POST', '/secrets', { name: 'wandb', kind: 'environment', values: { A: 'b' } })).toMatchObject({ status: 201 });
    expect(await auditor('GET', `/secrets/wandb?company=${companyId}`)).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await auditor('POST', '/secrets', { name: 'x', ...variables() })).toMatchObject({ status: 403 });
  });

  it('that a job names must be there and of the right kind (J3)', async () => {
    const spec = {
      ...{ imagePullSecrets: ['regsitry'], envFrom: [{ secret: 'wandb' }, { secret: 'ssh' }] },
      files: [{ secret: 'gone', mountPath: '/home/user/.ssh' }],
    };
    const refused = await engineer('POST', '/jobs', job(spec));
    expect(refused).toMatchObject({ status: 422, body: { code: 'job.secret-unusable' } });
    expect((refused.body as { errors: { pointer: string; message: string }[] }).errors.map(({ pointer }) => pointer)).toEqual([
      '/spec/imagePullSecrets/0',
      '/spec/envFrom/1/secret',
      '/spec/files/0/secret',
    ]);
    expect(JSON.stringify(refused.body)).toContain('mss secret create registry regsitry');
    expect(JSON.stringify(refused.body)).toContain('is of the kind files, and this field takes the kind environment');
  });

  it.each([
    ['a relative directory', [{ secret: 'ssh', mountPath: 'keys' }], '/spec/files/0/mountPath'],
    ['a directory of the system', [{ secret: 'ssh', mountPath: '/etc/ssl' }], '/spec/files/0/mountPath'],
    ['the directory of the image itself', [{ secret: 'ssh', mountPath: '/' }], '/spec/files/0/mountPath'],
    ['a way out', [{ secret: 'ssh', mountPath: '/keys/../etc' }], '/spec/files/0/mountPath'],
    [
      'two things in one place',
      [
        { secret: 'ssh', mountPath: '/keys' },
        { secret: 'ssh', mountPath: '/keys/' },
      ],
      '/spec/files/1/mountPath',
    ],
  ])('are not mounted at %s', async (_what, mounted, pointer) => {
    expect(await engineer('POST', '/jobs', job({ files: mounted }))).toMatchObject({
      ...{ status: 422, body: { code: 'job.invalid', errors: [{ pointer }] } },
    });
  });

  it('are not deleted while a job waits for them, unless it is said again', async () => {
    const spec = {
      imagePullSecrets: ['registry'],
      envFrom: [{ secret: 'wandb' }],
      files: [{ secret: 'ssh', mountPath: '/home/user/.ssh' }],
    };
    const submitted = await engineer('POST', '/jobs', job(spec));
    expect(submitted).toMatchObject({ status: 201, body: { file: { spec } } });
    const { id } = submitted.body as { id: string };
    const wandb = await engineer('GET', '/secrets/wandb');
    expect(wandb).toMatchObject({ body: { usedBy: [{ id, name: 'sft', state: 'Queued' }] } });
    const refused = await engineer('DELETE', '/secrets/wandb', undefined, version(wandb));
    expect(refused).toMatchObject({ status: 409, body: { code: 'secret.in-use' } });
    expect((refused.body as { detail: string }).detail).toContain(`sft (${id})`);
    expect(await engineer('DELETE', '/secrets/wandb?evenInUse=true', undefined, version(wandb))).toMatchObject({ status: 204 });
    expect(await engineer('GET', '/secrets/wandb')).toMatchObject({ status: 404 });
    expect(await engineer('POST', '/secrets', { name: 'wandb', ...variables() })).toMatchObject({ status: 201, body: { version: 3 } });
  });

  it('leave no value in answers, on the audit trail, in the log or in a dump of the database', async () => {
    const { items } = (await auditor('GET', `/audit/events?objectType=secret&limit=100`)).body as { items: { action: string }[] };
    expect(new Set(items.map(({ action }) => action))).toEqual(new Set(['secret.created', 'secret.replaced', 'secret.deleted']));
    const dump = await wholeDatabase();
    expect(dump).toContain('WANDB_API_KEY');
    const places = { audit: JSON.stringify(items), log: lines.join(''), dump };
    for (const value of VALUES) {
      const forms = [value, Buffer.from(value).toString('base64'), Buffer.from(value).toString('hex')];
      const found = Object.entries(places).filter(([, text]) => forms.some((form) => text.includes(form)));
      expect(found.map(([place]) => place)).toEqual([]);
    }
  });

  it('cannot be stored without a key', async () => {
    const keyless = await environment.beside({ SECRETS_KEY: '' });
    try {
      const company = await environment.company('无钥');
      const { email } = await environment.person('engineer', company);
      const call = await keyless.signIn(email);
      expect(await call('POST', '/secrets', { name: 'wandb', ...variables() })).toMatchObject({
        status: 503,
        body: { code: 'secrets.no-key' },
      });
    } finally {
      await keyless.app.close();
    }
  });
});
