import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { WalletsService } from '#funding';
import { instantOf } from '#kernel';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

const system = systemActor('test');

function file(spec: object = {}, metadata: object = {}) {
  const always = { gpuClass: 'h800', gpusPerReplica: 8, image: 'registry.park.example/jiding/train:1.4', maxRuntime: '1h', selfPay: true };
  return { apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name: 'train', ...metadata }, spec: { ...always, ...spec } };
}

const pointers = (body: unknown) =>
  (body as { errors: { pointer?: string; parameter?: string }[] }).errors.map((at) => at.pointer ?? at.parameter);

/** Where job files and all other texts come in, of an API whose cluster is a real one. */
describe('what the API takes', () => {
  let environment: ApiTestEnvironment;
  let engineer: Call;
  let administrator: Call;

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
    const company = await environment.company();
    engineer = (await environment.person('engineer', company)).call;
    administrator = (await environment.person('administrator')).call;
    await environment.database.transactions.run(async (tx) => {
      const catalog = environment.app.get(CatalogService, { strict: false });
      await catalog.addClass(tx, system, { code: 'h800' });
      await catalog.addPrice(tx, system, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1_250n });
      const topUp = { tenantId: company.id, amount: 100_000n, reference: 'bank 1', key: 'topup-1' };
      await environment.app.get(WalletsService, { strict: false }).topUp(tx, system, topUp, instantOf(new Date()));
    });
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('is no annotation that directs a simulated cluster', async () => {
    for (const path of ['/jobs', '/quotes']) {
      const refused = await engineer('POST', path, file({}, { annotations: { 'sim.speedspace.io/run-time': '1s' } }));
      expect(refused).toMatchObject({ status: 422, body: { code: 'job.invalid' } });
      expect(refused.body).toMatchObject({
        errors: [
          { pointer: '/metadata/annotations/sim.speedspace.io~1run-time', message: expect.stringMatching(/is real\. Remove it/) as string },
        ],
      });
    }
    expect((await engineer('POST', '/quotes', file())).status).toBe(200);
  });

  it('is no variable by which a node hands out devices, and none that Speedspace sets', async () => {
    const refused = await engineer('POST', '/jobs', file({ env: { NVIDIA_VISIBLE_DEVICES: 'all', MASTER_ADDR: 'x', EPOCHS: 3 } }));
    expect(refused).toMatchObject({ status: 422, body: { code: 'job.invalid' } });
    expect(pointers(refused.body)).toEqual(['/spec/env/NVIDIA_VISIBLE_DEVICES', '/spec/env/MASTER_ADDR']);
  });

  it('is no file that becomes an object too large for a cluster', async () => {
    const env = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`V${index}`, '']));
    expect(await engineer('POST', '/jobs', file({ env }))).toMatchObject({ status: 422, body: { code: 'job.invalid' } });
    expect(await engineer('POST', '/jobs', file({ args: ['x'.repeat(1_100_000)] }))).toMatchObject({
      status: 413,
      body: { code: 'request.too-large', detail: expect.stringContaining('1048576 bytes') as string },
    });
  });

  it.each([
    ['a job file', '/jobs', file({ command: ['bash', '-c', "tr '\0' '\n'"] }), '/spec/command/2'],
    ['a quote', '/quotes', file({ env: { A: '\ud800' } }), '/spec/env/A'],
    ['a key of a body', '/jobs', file({ env: { 'A\0': '' } }), '/spec/env/A\0'],
  ])('is no NUL and no half of a character, in %s', async (_what, path, body, pointer) => {
    const refused = await engineer('POST', path, body);
    expect(refused.status).toBe(422);
    expect(pointers(refused.body)).toEqual([pointer]);
  });

  it('is no NUL and no half of a character, in any name, query or address', async () => {
    const named = await administrator('POST', '/companies', { name: '启\ud83d', creditCode: '91310104MA1FR0B14X' });
    expect([named.status, pointers(named.body)]).toEqual([422, ['/name']]);
    const searched = await administrator('GET', '/jobs?name=a%00b');
    expect([searched.status, pointers(searched.body)]).toEqual([422, ['name']]);
    const addressed = await administrator('GET', '/jobs/job_%00');
    expect([addressed.status, pointers(addressed.body)]).toEqual([422, ['id']]);
    const because = await administrator('GET', '/jobs', undefined, { 'x-reason': 'a%00b' });
    expect(because).toMatchObject({ status: 422, body: { code: 'request.reason' } });
  });

  it('is nothing nested beyond all measure, with or without a key', async () => {
    const deep = `${'['.repeat(300_000)}${']'.repeat(300_000)}`;
    expect((await engineer('POST', '/jobs', deep, { 'content-type': 'application/json', 'idempotency-key': 'deep' })).status).toBe(422);
  });

  it('is UTF-8: what GBK says is refused, not run with replacement characters', async () => {
    const { authorization } = await signedIn();
    const text = JSON.stringify(file({ env: { NOTE: '@@' } }));
    const [before = '', behind = ''] = text.split('@@');
    const body = Buffer.concat([Buffer.from(before), Buffer.from([0xd1, 0xb5, 0xc1, 0xb7]), Buffer.from(behind)]);
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(`${environment.url}/api/v1/jobs`, { method: 'POST', headers, body });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'request.encoding', remedy: expect.stringContaining('iconv') as string }),
    ]);
  });

  async function signedIn(): Promise<{ authorization: string }> {
    const { email } = await environment.person('engineer', await environment.company('启明'));
    const answer = await environment.call('POST', '/auth/sign-in', { email, password: 'quartz lantern 42 meadow' });
    return { authorization: `Bearer ${(answer.body as { accessToken: string }).accessToken}` };
  }
});
