import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { inTenantScope } from '#database';
import { WalletsService } from '#funding';
import type { CompanyRole, ParkRole } from '#identity';
import { type Job, JobsService } from '#jobs';
import { someJobSpec } from '#jobs/testing';
import { instantOf } from '#kernel';
import { eventually } from '#kernel/testing';
import { type Company, MembersService } from '#tenancy';
import { ChangeFeed } from '../src/changes/change-feed.ts';
import { ApiTestEnvironment, PASSWORD } from './api-test-environment.ts';
import { OpenStream } from './open-stream.ts';

const controller = systemActor('controller');

interface Change {
  readonly topic: string;
  readonly id: string | null;
  readonly company: string | null;
}

function changesOf(stream: OpenStream): Change[] {
  return stream.sent.filter(({ event }) => event === 'changes').flatMap(({ data }) => (JSON.parse(data) as { changes: Change[] }).changes);
}

function idsOf(stream: OpenStream, topic: string): (string | null)[] {
  return changesOf(stream)
    .filter((change) => change.topic === topic)
    .map(({ id }) => id);
}

describe('the stream of changes', () => {
  let environment: ApiTestEnvironment;
  let ours: Company;
  let theirs: Company;
  let jobs: JobsService;

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ STREAM_HEARTBEAT: '0.1' });
    [ours, theirs] = [await environment.company('我们'), await environment.company('他们')];
    jobs = environment.app.get(JobsService, { strict: false });
    await environment.database.transactions.run(async (tx) => {
      const catalog = environment.app.get(CatalogService, { strict: false });
      await catalog.addClass(tx, controller, { code: 'h800', nodeSelector: {} });
      await catalog.addPrice(tx, controller, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1_250n });
      for (const { id } of [ours, theirs]) {
        const topUp = { tenantId: id, amount: 100_000n, reference: `bank ${id}`, key: `topup-${id}` };
        await environment.app.get(WalletsService, { strict: false }).topUp(tx, controller, topUp, instantOf(new Date()));
      }
    });
  });
  afterAll(async () => await environment.stop());

  const submit = (company: Company): Promise<Job> =>
    environment.database.transactions.run((tx) => jobs.submit(tx, controller, company.id, someJobSpec({ selfPay: true })));
  const person = async (role: CompanyRole | ParkRole, company?: Company): Promise<{ id: string; authorization: string }> => {
    const { id, email } = await environment.person(role, company);
    const signedIn = await environment.call('POST', '/auth/sign-in', { email, password: PASSWORD });
    return { id, authorization: `Bearer ${(signedIn.body as { accessToken: string }).accessToken}` };
  };
  const open = async ({ authorization }: { authorization: string }, lastEventId?: string): Promise<OpenStream> => {
    const stream = await OpenStream.open(`${environment.url}/api/v1/changes`, authorization, lastEventId);
    await eventually(
      'the stream to open',
      () => stream.sent.length,
      (count) => count > 0,
    );
    return stream;
  };
  const heard = async (stream: OpenStream, topic: string, id: string | null): Promise<void> => {
    await eventually(
      `${topic} ${id}`,
      () => changesOf(stream),
      (changes) => changes.some((change) => change.topic === topic && change.id === id),
    );
  };

  it('tells each person of what they may read, and of nothing else', async () => {
    const [engineer, operator, reviewer] = [await person('engineer', ours), await person('operator'), await person('reviewer')];
    const streams = await Promise.all([engineer, operator, reviewer].map((who) => open(who)));
    const [own, ofOperator, ofReviewer] = streams as [OpenStream, OpenStream, OpenStream];
    const [foreign, mine] = [await submit(theirs), await submit(ours)];
    await environment.database.owner.query(
      `INSERT INTO notice (id, key, user_id, topic, title_zh, title_en, text_zh, text_en, at)
       VALUES ('notice_1', 'k', $1, 'refund', 'z', 'e', 'z', 'e', now())`,
      [engineer.id],
    );
    await heard(own, 'notices', 'notice_1');
    await heard(ofOperator, 'jobs', mine.id);
    expect(changesOf(own)).toContainEqual({ topic: 'jobs', id: mine.id, company: ours.id });
    expect(JSON.stringify(changesOf(own))).not.toContain(theirs.id);
    expect(idsOf(ofOperator, 'jobs')).toEqual(expect.arrayContaining([foreign.id, mine.id]));
    expect([...idsOf(ofOperator, 'notices'), ...idsOf(ofReviewer, 'jobs')]).toEqual([]);
    expect(JSON.parse(ofReviewer.sent[0]!.data)).toMatchObject({ resumed: false, topics: expect.not.arrayContaining(['jobs']) as unknown });
    await Promise.all(streams.map((stream) => stream.close()));
  });

  it('keeps drafts of a company from the park until they are submitted', async () => {
    const [owner, administrator] = [await person('owner', ours), await person('administrator')];
    const [own, ofPark] = [await open(owner), await open(administrator)];
    const programme = await environment.bearing(administrator.authorization.slice(7))('POST', '/programmes', {
      ...{ code: 'draft-test', name: 'P', funder: 'district', unit: 'CNY', coverageBp: 5000, priority: 1, classes: ['h800'] },
      ...{ validFrom: '2026-01-01T00:00:00Z', validUntil: '2030-01-01T00:00:00Z' },
    });
    expect(programme.status).toBe(201);
    await environment.database.owner.query(
      `INSERT INTO application (id, kind, programme_id, tenant_id, status, round, purpose, plan, contact_name, contact_phone, created_by, created_at, updated_at, version)
       VALUES ('application_draft', 'grant', $1, $2, 'draft', 0, '', '', '', '', 'user_x', now(), now(), 1)`,
      [(programme.body as { id: string }).id, ours.id],
    );
    await heard(own, 'applications', 'application_draft');
    const job = await submit(ours);
    await heard(ofPark, 'jobs', job.id);
    expect(idsOf(ofPark, 'applications')).toEqual([]);
    await environment.database.owner.query(`UPDATE application SET round = 1, status = 'submitted' WHERE id = 'application_draft'`);
    await heard(ofPark, 'applications', 'application_draft');
    await Promise.all([own, ofPark].map((stream) => stream.close()));
  });

  it('resumes with each change once, also where transactions commit in another order than they began', async () => {
    const engineer = await person('engineer', ours);
    const first = await open(engineer);
    const slow = environment.database.owner.createQueryRunner();
    await slow.startTransaction();
    await slow.query(`INSERT INTO changed_object (topic, object_id, tenant_id) VALUES ('jobs', 'job_slow', $1)`, [ours.id]);
    const quick = await submit(ours);
    await heard(first, 'jobs', quick.id);
    await first.close();
    const position = first.sent.at(-1)!.id;

    await slow.query(`SELECT pg_notify('speedspace', 'changes')`);
    await slow.commitTransaction();
    await slow.release();
    const later = await submit(ours);
    const second = await open(engineer, position);
    await heard(second, 'jobs', later.id);
    expect(JSON.parse(second.sent[0]!.data)).toMatchObject({ resumed: true });
    expect(idsOf(second, 'jobs').toSorted()).toEqual(['job_slow', later.id].toSorted());

    const last = await submit(ours);
    await heard(second, 'jobs', last.id);
    expect(idsOf(second, 'jobs').filter((id) => id === last.id || id === later.id)).toEqual([later.id, last.id]);
    await second.close();
  });

  it.each([
    ['an hour old', (id: string) => id.replace(/^\d+/, (at) => String(Number(at) - 3_600))],
    ['of another database', (id: string) => id.replace(/\/.*/, '/900000000000:900000000000:')],
    ['no position', () => '12'],
    ['out of order', () => '1764201600/9:8:'],
  ])('begins anew where the last event is %s', async (_what, changed) => {
    const engineer = await person('engineer', ours);
    const first = await open(engineer);
    await first.close();
    const again = await open(engineer, changed(first.sent[0]!.id));
    expect(JSON.parse(again.sent[0]!.data)).toMatchObject({ resumed: false });
    await again.close();
  });

  it('asks a reader that does not keep up to read everything again, and keeps nothing for it', async () => {
    const { id } = await person('engineer', ours);
    const principal = { kind: 'user', id, name: 'e', roles: ['engineer'], tenantId: ours.id } as const;
    const stop = new AbortController();
    const events = environment.app.get(ChangeFeed, { strict: false }).follow(principal, undefined, stop.signal);
    expect((await events.next()).value).toMatchObject({ type: 'opened' });
    const write = async (from: number, to: number): Promise<void> => {
      await environment.database.owner.query(
        `INSERT INTO changed_object (topic, object_id, tenant_id) SELECT 'jobs', 'job_' || n, $1 FROM generate_series($2::int, $3::int) AS n`,
        [ours.id, from, to],
      );
    };
    await write(1, 600);
    await submit(ours);
    expect((await events.next()).value).toMatchObject({ type: 'reset' });
    const next = await submit(ours);
    const seen = (await events.next()).value as { type: string; data: { changes: Change[] } };
    expect(seen.data.changes).toContainEqual({ topic: 'jobs', id: next.id, company: ours.id });
    stop.abort();
    await events.return(undefined);
  });

  it('records one change for the many jobs of a company that one statement changes', async () => {
    const engineer = await person('engineer', ours);
    for (let count = 0; count < 21; count += 1) await submit(ours);
    const stream = await open(engineer);
    await environment.database.owner.query(`UPDATE job SET exhausts_at = now() WHERE tenant_id = $1`, [ours.id]);
    await heard(stream, 'jobs', null);
    expect(idsOf(stream, 'jobs')).toEqual([null]);
    await stream.close();
  });

  it('hides the changes from the role of tenants: one reader reads for all', async () => {
    await submit(ours);
    const { transactions, owner } = environment.database;
    const stored = await owner.query<unknown[]>('SELECT FROM changed_object WHERE tenant_id = $1', [ours.id]);
    const seen = await inTenantScope(ours.id, () =>
      transactions.run((tx) => tx.query<unknown[]>('SELECT FROM changed_object WHERE tenant_id = $1', [ours.id])),
    );
    expect([stored.length > 0, seen]).toEqual([true, []]);
  });

  it('ends when the role of its reader changes', async () => {
    await person('owner', ours);
    const owner = await person('owner', ours);
    const stream = await open(owner);
    await environment.database.transactions.run((tx) =>
      environment.app.get(MembersService).setRole(tx, controller, ours.id, owner.id, 'engineer'),
    );
    await stream.ended;
    expect(stream.sent.at(-1)?.event).toBe('problem');
    expect(JSON.parse(stream.sent.at(-1)!.data)).toMatchObject({ code: 'stream.rights-changed' });
    const again = await open(owner, stream.sent.findLast(({ id }) => id !== '')?.id);
    expect(JSON.parse(again.sent[0]!.data)).toMatchObject({ resumed: true });
    await again.close();
  });
});
