import { spyOn } from 'jest-mock';
import { systemActor } from '#audit';
import { UsersService } from '#identity';
import { type Job, JobsService } from '#jobs';
import { someJobSpec } from '#jobs/testing';
import { type Company, MembersService } from '#tenancy';
import { ApiTestEnvironment } from './api-test-environment.ts';
import { OpenStream } from './open-stream.ts';
import { CatalogService } from '#catalog';
import { WalletsService } from '#funding';
import { instantOf } from '#kernel';
import { eventually } from '#kernel/testing';

const controller = systemActor('controller');

describe('event streams', () => {
  let environment: ApiTestEnvironment;
  let company: Company;
  let jobs: JobsService;

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ STREAM_HEARTBEAT: '0.1', STREAMS_PER_PERSON: '12', STREAMS_PER_COMPANY: '20' });
    company = await environment.company();
    jobs = environment.app.get(JobsService, { strict: false });
    await environment.database.transactions.run(async (tx) => {
      const catalog = environment.app.get(CatalogService, { strict: false });
      await catalog.addClass(tx, controller, { code: 'h800', nodeSelector: {} });
      await catalog.addPrice(tx, controller, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1_250n });
      const topUp = { tenantId: company.id, amount: 100_000n, reference: 'bank 1', key: 'topup-1' };
      await environment.app.get(WalletsService, { strict: false }).topUp(tx, controller, topUp, instantOf(new Date()));
    });
  });
  afterAll(async () => await environment.stop());

  const submit = (): Promise<Job> =>
    environment.database.transactions.run((tx) => jobs.submit(tx, controller, company.id, someJobSpec({ selfPay: true })));
  const apply = (id: string, kind: Parameters<JobsService['apply']>[2]['kind']): Promise<Job> =>
    environment.database.transactions.run((tx) => jobs.apply(tx, id, { kind }, controller));
  const urlOf = (id: string): string => `${environment.url}/api/v1/jobs/${id}/events/stream`;
  const engineer = async (): Promise<{ id: string; email: string; authorization: string; sessionId: string }> => {
    const { id, email } = await environment.person('engineer', company);
    const signedIn = await environment.call('POST', '/auth/sign-in', { email, password: 'quartz lantern 42 meadow' });
    const { accessToken, sessionId } = signedIn.body as { accessToken: string; sessionId: string };
    return { id, email, authorization: `Bearer ${accessToken}`, sessionId };
  };

  /** Writes `count` events of a job behind the application's back: what hours of warnings and checkpoints would write. */
  const tell = async (id: string, count: number): Promise<void> => {
    await environment.database.owner.query(
      `INSERT INTO job_event (id, job_id, sequence, at, kind, from_state, to_state, attempt, actor)
       SELECT 'event_' || $1::text || n, $1, 1 + n, now(), 'checkpoint-marked', 'Queued', 'Queued', 0, '{"kind":"system","id":"t","name":"t"}'
         FROM generate_series(1, $2::int) AS n`,
      [id, count],
    );
    await environment.database.owner.query('UPDATE job SET event_count = event_count + $2 WHERE id = $1', [id, count]);
  };

  it('drains more than a thousand events, to the end of a job that has ended', async () => {
    const person = await engineer();
    const { id } = await submit();
    await tell(id, 1_203);
    await apply(id, 'cancel-requested');
    const stream = await OpenStream.open(urlOf(id), person.authorization);
    await stream.ended;
    expect(stream.sent).toHaveLength(1_205);
    expect(stream.sent.at(-1)?.event).toBe('cancel-requested');
    expect(JSON.parse(stream.sent.at(-1)!.data)).toMatchObject({ sequence: 1_205, toState: 'Cancelled' });

    const sequences: number[] = [];
    for (let cursor = ''; ;) {
      const page = await environment.bearing(person.authorization.slice(7))('GET', `/jobs/${id}/events?limit=200${cursor}`);
      const { items, nextCursor } = page.body as { items: { sequence: number }[]; nextCursor?: string };
      sequences.push(...items.map(({ sequence }) => sequence));
      if (nextCursor === undefined) break;
      cursor = `&cursor=${nextCursor}`;
    }
    expect(sequences).toEqual(Array.from({ length: 1_205 }, (_, index) => index + 1));
  });

  it('reads once for all streams, and wakes only those of the job that changed', async () => {
    const person = await engineer();
    const quiet = await submit();
    const busy = await submit();
    // A shared read that began when a stream caught up may find the event already.
    const sharedReads = spyOn(JobsService.prototype, 'nextEvents');
    const streams = await Promise.all([quiet, busy, busy, busy].map(({ id }) => OpenStream.open(urlOf(id), person.authorization)));
    await eventually(
      'all to catch up',
      () => streams.map(({ sent }) => sent.length),
      (seen) => seen.every((count) => count === 1),
    );
    const ownReads = spyOn(JobsService.prototype, 'events');
    try {
      await apply(busy.id, 'admitted');
      await eventually(
        'the event',
        () => streams.map(({ sent }) => sent.length),
        ([, ...rest]) => rest.every((count) => count === 2),
      );
      expect(streams[0]?.sent).toHaveLength(1);
      expect(ownReads).not.toHaveBeenCalled();
      expect(sharedReads.mock.calls.length).toBeGreaterThan(0);
    } finally {
      ownReads.mockRestore();
      sharedReads.mockRestore();
      await Promise.all(streams.map((stream) => stream.close()));
    }
  });

  it.each([
    [
      'was disabled',
      async (person: { id: string }) => {
        const administrator = await environment.person('administrator');
        await environment.database.transactions.run((tx) =>
          environment.app.get(UsersService).setStatus(tx, { kind: 'user', id: administrator.id, name: 'a' }, person.id, 'disabled'),
        );
      },
      'session.expired',
    ],
    [
      'was removed from the company',
      async (person: { id: string }) => {
        await environment.database.transactions.run((tx) =>
          environment.app.get(MembersService).remove(tx, controller, company.id, person.id),
        );
      },
      'company.not-yours',
    ],
    [
      'signed out',
      async (person: { authorization: string }) => {
        await environment.bearing(person.authorization.slice(7))('DELETE', '/auth/session');
      },
      'session.expired',
    ],
  ] as const)('ends the streams of a person who %s', async (_what, leave, code) => {
    await environment.person('owner', company);
    const person = await engineer();
    const stream = await OpenStream.open(urlOf((await submit()).id), person.authorization);
    await eventually(
      'the first event',
      () => stream.sent.length,
      (count) => count === 1,
    );
    await leave(person);
    await stream.ended;
    expect(stream.sent.map(({ event }) => event)).toEqual(['submitted', 'problem']);
    expect(JSON.parse(stream.sent[1]!.data)).toMatchObject({ code });
  });

  it('bounds the streams of a person and of a company, and gives a place back when a stream is left', async () => {
    const [first, second] = [await engineer(), await engineer()];
    const { id } = await submit();
    const open = async (person: { authorization: string }, count: number): Promise<OpenStream[]> =>
      await Promise.all(Array.from({ length: count }, () => OpenStream.open(urlOf(id), person.authorization)));
    const streams = await open(first, 12);
    const refused = await fetch(urlOf(id), { headers: { authorization: first.authorization } });
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({
      code: 'stream.too-many',
      detail: 'You have 12 streams open, which is the most there may be.',
    });
    streams.push(...(await open(second, 8)));
    const full = await fetch(urlOf(id), { headers: { authorization: second.authorization } });
    expect([full.status, ((await full.json()) as { detail: string }).detail]).toEqual([
      429,
      'Your company has 20 streams open, which is the most there may be.',
    ]);
    await streams.pop()?.close();
    const again = await eventually(
      'a free place',
      () => OpenStream.open(urlOf(id), second.authorization),
      ({ response }) => response.status === 200,
    );
    await Promise.all([...streams, again].map((stream) => stream.close()));
  });
});
