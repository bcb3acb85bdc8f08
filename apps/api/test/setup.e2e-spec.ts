import { syntheticCreditCode } from '#tenancy';
import { someJobSpec } from '#jobs/testing';
import { ApiTestEnvironment } from './api-test-environment.ts';

describe('the setup of a new installation, over HTTP', () => {
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('ticks each step when it is done, from the GPU class to the first job', async () => {
    const { call } = await environment.person('administrator');
    const ticked = async (): Promise<string[]> => {
      const answer = await call('GET', '/setup');
      const { done, steps } = answer.body as { done: boolean; steps: { step: string; done: boolean }[] };
      expect(steps.map(({ step }) => step)).toEqual(['gpu-class', 'programme', 'company', 'invitation', 'job']);
      expect(done).toBe(steps.every((step) => step.done));
      return steps.filter((step) => step.done).map(({ step }) => step);
    };
    const took = async (method: string, path: string, body: object): Promise<{ id: string }> => {
      const answer = await call(method, path, body);
      expect([path, answer.status]).toEqual([path, 201]);
      return answer.body as { id: string };
    };
    expect(await ticked()).toEqual([]);
    await took('POST', '/gpu-classes', { code: 'h800' });
    expect(await ticked()).toEqual([]);
    await took('POST', '/gpu-classes/h800/prices', { from: '2026-01-01T00:00:00Z', fenPerGpuHour: 1_250 });
    expect(await ticked()).toEqual(['gpu-class']);
    const [validFrom, validUntil] = [new Date(Date.now() - 86_400_000).toISOString(), new Date(Date.now() + 86_400_000).toISOString()];
    const programme = await took('POST', '/programmes', {
      ...{ code: 'xuhui', name: '徐汇区算力补贴', funder: '徐汇区', unit: 'CNY', coverageBp: 5_000, priority: 1, classes: ['h800'] },
      ...{ validFrom, validUntil },
    });
    expect(await ticked()).toEqual(['gpu-class']);
    const opened = await call('PUT', `/programmes/${programme.id}/status`, { status: 'open' }, { 'if-match': '"1"' });
    expect(opened.status).toBe(200);
    expect(await ticked()).toEqual(['gpu-class', 'programme']);
    const named = { name: '极订智能', slug: 'jiding', creditCode: syntheticCreditCode(1) };
    const company = await took('POST', '/companies', named);
    expect(await ticked()).toEqual(['gpu-class', 'programme', 'company']);
    await took('POST', `/companies/${company.id}/invitations`, { email: 'li@jiding.example', role: 'owner' });
    expect(await ticked()).toEqual(['gpu-class', 'programme', 'company', 'invitation']);
    await environment.database.owner.query(
      `INSERT INTO job (id, tenant_id, name, spec, gpu_class, replicas, gpus_per_replica, max_runtime_seconds, grace_seconds, priority,
         self_pay, state, submitted_by, submitted_at, queued_at)
       VALUES ('job_1', $1, 'train', $2, 'h800', 1, 1, 60, 0, 'normal', true, 'Queued', 'user_x', now(), now())`,
      [company.id, JSON.stringify(someJobSpec())],
    );
    expect(await ticked()).toEqual(['gpu-class', 'programme', 'company', 'invitation', 'job']);
  });
});
