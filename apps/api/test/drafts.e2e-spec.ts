import { ManualClock } from '#kernel';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

const NOW = new Date('2026-10-01T02:00:00Z');

describe('drafts of forms over HTTP', () => {
  let environment: ApiTestEnvironment;
  const clock = new ManualClock(NOW);
  let engineer: Call, colleague: Call, reviewer: Call;

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ JWT_ACCESS_SECONDS: '8640000' }, clock);
    const company = await environment.company('极订科技');
    [engineer, colleague] = [(await environment.person('engineer', company)).call, (await environment.person('engineer', company)).call];
    reviewer = (await environment.person('reviewer')).call;
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('are saved, read by their author alone, replaced, and deleted', async () => {
    expect(await engineer('GET', '/me/drafts/job')).toMatchObject({ status: 404, body: { code: 'draft.unknown' } });
    const content = { text: 'kind: Job\n', step: 2 };
    expect(await engineer('PUT', '/me/drafts/job', { content })).toMatchObject({ status: 200, body: { form: 'job', content } });
    expect((await engineer('GET', '/me/drafts')).body).toEqual({
      items: [{ form: 'job', updatedAt: NOW.toISOString(), expiresAt: '2026-10-31T02:00:00.000Z' }],
    });
    expect(await colleague('GET', '/me/drafts/job')).toMatchObject({ status: 404 });
    expect((await reviewer('GET', '/me/drafts')).body).toEqual({ items: [] });
    await reviewer('PUT', '/me/drafts/job', { content: { text: 'of the park' } });
    await engineer('PUT', '/me/drafts/job', { content: { text: 'later' } });
    expect((await engineer('GET', '/me/drafts/job')).body).toMatchObject({ content: { text: 'later' } });
    expect((await reviewer('GET', '/me/drafts/job')).body).toMatchObject({ content: { text: 'of the park' } });
    expect(await engineer('DELETE', '/me/drafts/job')).toMatchObject({ status: 204 });
    expect(await engineer('DELETE', '/me/drafts/job')).toMatchObject({ status: 204 });
    expect((await engineer('GET', '/me/drafts')).body).toEqual({ items: [] });
    expect(await reviewer('GET', '/me/drafts/job')).toMatchObject({ status: 200 });
  });

  it('are bounded in size, in number, and by their names', async () => {
    expect(await engineer('PUT', '/me/drafts/job', { content: { text: '研'.repeat(21_842) } })).toMatchObject({
      ...{ status: 422, body: { code: 'draft.too-large', errors: [{ pointer: '/content' }] } },
    });
    expect(await engineer('PUT', '/me/drafts/job', { content: { text: '研'.repeat(21_841) } })).toMatchObject({ status: 200 });
    for (let number = 1; number < 20; number += 1) await engineer('PUT', `/me/drafts/form-${number}`, { content: { text: number } });
    expect(await engineer('PUT', '/me/drafts/one-more', { content: { text: 1 } })).toMatchObject({
      status: 409,
      body: { code: 'draft.too-many' },
    });
    expect(await engineer('PUT', '/me/drafts/form-7', { content: { text: 8 } })).toMatchObject({ status: 200 });
    expect(await engineer('PUT', '/me/drafts/Form%207', { content: { text: 8 } })).toMatchObject({ status: 422 });
    expect(await engineer('PUT', '/me/drafts/form-7', {})).toMatchObject({ status: 422 });
    expect(await environment.call('GET', '/me/drafts')).toMatchObject({ status: 401 });
  });

  it('expire after 30 days without a change', async () => {
    await colleague('PUT', '/me/drafts/job', { content: { text: 'old' } });
    clock.moveTo(new Date(NOW.getTime() + 29 * 86_400_000));
    await colleague('PUT', '/me/drafts/other', { content: { text: 'new' } });
    expect(await colleague('GET', '/me/drafts/job')).toMatchObject({ status: 200 });
    clock.moveTo(new Date(NOW.getTime() + 30 * 86_400_000 + 1_000));
    expect(await colleague('GET', '/me/drafts/job')).toMatchObject({ status: 404 });
    expect((await colleague('GET', '/me/drafts')).body).toMatchObject({ items: [{ form: 'other' }] });
  });
});
