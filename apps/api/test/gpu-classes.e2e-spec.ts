import { ApiTestEnvironment } from './api-test-environment.ts';

const TRAINING = { key: 'dedicated', operator: 'Equal', value: 'training', effect: 'NoSchedule' };

interface ClassAnswer {
  readonly code: string;
  readonly remedy: string;
  readonly version: number;
  readonly runtimeClassName: string | null;
  readonly tolerations: readonly object[];
  readonly errors: readonly { readonly pointer: string; readonly remedy?: string }[];
}

describe('the RuntimeClass and the tolerations of a GPU class, over HTTP', () => {
  let environment: ApiTestEnvironment;
  let administrator: Awaited<ReturnType<ApiTestEnvironment['person']>>;

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
    administrator = await environment.person('administrator');
  });
  afterAll(async () => {
    await environment.stop();
  });

  const call = async (method: string, path: string, body?: object, headers?: Record<string, string>) => {
    const answer = await administrator.call(method, path, body, headers);
    return { ...answer, body: answer.body as unknown as ClassAnswer };
  };
  const based = (version: number) => ({ 'if-match': `"${version}"` });

  it('are none at first; a change replaces them, and null and an empty list take them away', async () => {
    const added = await call('POST', '/gpu-classes', { code: 'h800' });
    expect([added.status, added.body]).toMatchObject([201, { runtimeClassName: null, tolerations: [] }]);
    const given = { runtimeClassName: 'kata-gpu', tolerations: [{ key: 'dedicated', value: 'training', effect: 'NoSchedule' }] };
    const changed = await call('PATCH', '/gpu-classes/h800', given, based(1));
    expect([changed.status, changed.body]).toMatchObject([200, { runtimeClassName: 'kata-gpu', tolerations: [TRAINING], version: 2 }]);
    expect((await call('PATCH', '/gpu-classes/h800', { weight: 3 }, based(2))).body).toMatchObject({ tolerations: [TRAINING] });
    const cleared = await call('PATCH', '/gpu-classes/h800', { runtimeClassName: null, tolerations: [] }, based(3));
    expect(cleared.body).toMatchObject({ runtimeClassName: null, tolerations: [] });
    expect((await call('GET', '/gpu-classes/h800')).body).toEqual(cleared.body);
  });

  it.each<[string, string, object]>([
    ['/runtimeClassName', 'kubectl get runtimeclass', { runtimeClassName: 'Kata GPU' }],
    ['/tolerations/1/key', 'as the node has it', { tolerations: [TRAINING, { key: 'not a key', operator: 'Exists' }] }],
    ['/tolerations/0/key', 'operator Exists', { tolerations: [{ effect: 'NoSchedule' }] }],
    ['/tolerations/0/value', 'Remove the value', { tolerations: [{ key: 'dedicated', operator: 'Exists', value: 'training' }] }],
    ['/tolerations/0/tolerationSeconds', 'NoExecute', { tolerations: [{ ...TRAINING, tolerationSeconds: 60 }] }],
  ])('are refused at %s, with what to do (%s)', async (pointer, remedy, given) => {
    const refused = await call('POST', '/gpu-classes', { code: 'a100', ...given });
    expect([refused.status, refused.body.code, refused.body.errors.map((each) => each.pointer)]).toEqual([
      422,
      'catalog.invalid-class',
      [pointer],
    ]);
    expect(refused.body.remedy).toContain(remedy);
    expect((await call('GET', '/gpu-classes/a100')).status).toBe(404);
  });

  it.each<[string, object]>([
    ['/tolerations/0/operator', { tolerations: [{ key: 'dedicated', operator: 'Gt', value: '1' }] }],
    ['/tolerations/0/effect', { tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'Never' }] }],
    ['/tolerations/0/tolerationSeconds', { tolerations: [{ key: 'x', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: -1 }] }],
    ['/tolerations', { tolerations: Array(17).fill(TRAINING) }],
  ])('are refused at %s by their form', async (pointer, given) => {
    const refused = await call('POST', '/gpu-classes', { code: 'a100', ...given });
    expect(refused.body.errors.map((each) => each.pointer)).toContain(pointer);
    expect(refused.status).toBe(422);
  });
});
