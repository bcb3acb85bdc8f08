import { Logger } from '@nestjs/common';
import { AuditService } from '#audit';
import { type LeaderTerm, Leadership } from '#database';
import { TestDatabase } from '#database/testing';
import { AttachmentsService } from '#applications';
import { KeptLogsService } from '#pod-history';
import { Buckets, ObjectStore } from '#storage';
import { owner, ParkTestEnvironment } from '#applications/testing';
import { ControllerSettings } from '../controller-settings.ts';
import { CleanUpLoop } from './clean-up.loop.ts';

const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');

describe('the clean-up loop', () => {
  let database: TestDatabase;
  let park: ParkTestEnvironment;
  let term: LeaderTerm;
  let loop: CleanUpLoop;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await TestDatabase.create();
    park = await ParkTestEnvironment.create(database.transactions);
    const elected = await new Leadership(database.dataSource).tryAcquire('clean-up');
    if (elected === undefined) throw new Error('nobody else stands for election');
    term = elected;
    loop = new CleanUpLoop(
      database.transactions,
      park.attachments,
      new KeptLogsService(database.transactions, new Buckets(undefined)),
      new ControllerSettings({ retentionDays: 30, keptAnswerDays: 2 }),
      park.clock,
    );
    await database.owner.query(
      `INSERT INTO app_user (id, email, name, created_at, updated_at) VALUES ('user_a', 'a@b.example', 'A', now(), now())`,
    );
  });
  afterAll(async () => {
    await term.release();
    await database.drop();
  });

  const values = async (sql: string): Promise<string[]> => (await database.owner.query<{ value: string }[]>(sql)).map(({ value }) => value);

  it('deletes sessions, tokens, links and requests that are over, and leaves those that are not', async () => {
    const { owner: db } = database;
    await db.query(
      `INSERT INTO session (id, user_id, method, second_factor, created_at, last_used_at, expires_at, revoked_at)
       VALUES ('ended', 'user_a', 'password', false, now(), now(), now() - interval '31 days', NULL),
              ('revoked', 'user_a', 'password', false, now(), now(), now() + interval '9 days', now() - interval '31 days'),
              ('recent', 'user_a', 'password', false, now(), now(), now() - interval '29 days', NULL),
              ('live', 'user_a', 'password', false, now(), now(), now() + interval '9 days', NULL)`,
    );
    await db.query(
      `INSERT INTO refresh_token (hash, session_id, issued_at, used_at)
       VALUES ('\\x01', 'ended', now(), NULL), ('\\x02', 'live', now(), now() - interval '8 days'),
              ('\\x03', 'live', now(), now() - interval '6 days'), ('\\x04', 'live', now(), NULL)`,
    );
    await db.query(
      `INSERT INTO password_link (hash, user_id, created_at, expires_at, used_at, delivery)
       VALUES ('\\x01', 'user_a', now(), now() + interval '1 day', now() - interval '31 days', 'mail'), ('\\x02', 'user_a', now(), now(), NULL, 'mail')`,
    );
    await db.query(
      `INSERT INTO personal_token (id, user_id, name, hash, scopes, created_at, expires_at, second_factor)
       VALUES ('old', 'user_a', 'ci', '\\x01', '{job.read}', now(), now() - interval '31 days', false),
              ('good', 'user_a', 'ci', '\\x02', '{job.read}', now(), now() + interval '1 day', false)`,
    );
    await db.query(
      `INSERT INTO oidc_request (state, nonce, code_verifier, return_to, expires_at)
       VALUES ('old', 'n', 'v', '/', now() - interval '8 days'), ('new', 'n', 'v', '/', now())`,
    );
    await db.query(
      `INSERT INTO idempotent_request (caller, route, key, request_hash, started_at, status, body)
       SELECT 'a', 'POST /x', 'k' || n, '\\x01'::bytea, now() - interval '3 days', 201, '{}' FROM generate_series(1, 6000) AS n
       UNION ALL SELECT 'a', 'POST /x', 'fresh', '\\x01', now() - interval '1 day', 201, '{}'`,
    );

    await db.query(
      `INSERT INTO form_draft (id, user_id, company_id, form, content, updated_at)
       VALUES ('draft_old', 'user_a', NULL, 'job', '{}', '2020-01-01'), ('draft_new', 'user_a', NULL, 'other', '{}', '2099-01-01')`,
    );

    await loop.deleteEnded(term);

    expect(await values('SELECT id AS value FROM form_draft')).toEqual(['draft_new']);
    expect(await values('SELECT id AS value FROM session ORDER BY id')).toEqual(['live', 'recent']);
    expect(await values(`SELECT encode(hash, 'hex') AS value FROM refresh_token ORDER BY hash`)).toEqual(['03', '04']);
    expect(await values(`SELECT encode(hash, 'hex') AS value FROM password_link`)).toEqual(['02']);
    expect(await values('SELECT id AS value FROM personal_token')).toEqual(['good']);
    expect(await values('SELECT state AS value FROM oidc_request')).toEqual(['new']);
    expect(await values('SELECT key AS value FROM idempotent_request')).toEqual(['fresh']);
  });

  it('deletes the bytes of attachments that were removed, and keeps their record', async () => {
    const tenantId = await park.company();
    const programme = await park.programme(10_000n);
    const { id } = await database.transactions.run((tx) =>
      park.applications.draft(tx, owner, tenantId, { kind: 'grant', programmeId: programme.id }, park.start),
    );
    const attach = (fileName: string) =>
      database.transactions.run((tx) =>
        park.attachments.add(tx, owner, tenantId, id, { kind: 'other', fileName, content: PDF }, park.start),
      );
    const [removed, kept] = [await attach('旧.pdf'), await attach('新.pdf')];
    await database.transactions.run((tx) => park.attachments.remove(tx, owner, tenantId, id, removed.id, park.start));

    await loop.deleteEnded(term);

    expect(await values('SELECT attachment_id AS value FROM attachment_content')).toEqual([kept.id]);
    expect(await values(`SELECT file_name AS value FROM application_attachment WHERE discarded_at IS NOT NULL`)).toEqual(['旧.pdf']);
    expect((await park.attachments.content(database.transactions.reader, id, kept.id)).content).toEqual(PDF);
  });

  it('deletes those of a withdrawn draft too, and frees the storage of the company with them', async () => {
    const tenantId = await park.company();
    const programme = await park.programme(10_000n);
    const draft = () =>
      database.transactions.run((tx) =>
        park.applications.draft(tx, owner, tenantId, { kind: 'grant', programmeId: programme.id }, park.start),
      );
    const attach = (id: string) =>
      database.transactions.run((tx) =>
        park.attachments.add(tx, owner, tenantId, id, { kind: 'other', fileName: '计划书.pdf', content: PDF }, park.start),
      );
    const first = await draft();
    const { id: big } = await attach(first.id);
    // As large as two thousand real ones, which a test need not upload.
    await database.owner.query(`UPDATE application_attachment SET size_bytes = 2147483647 WHERE id = $1`, [big]);
    const second = await draft();
    await expect(attach(second.id)).rejects.toMatchObject({ code: 'attachment.storage-full' });
    await database.transactions.run((tx) =>
      park.applications.withdraw(tx, owner, tenantId, first.id, first.version, '不再需要', park.start),
    );
    await loop.deleteEnded(term);
    expect(await attach(second.id)).toMatchObject({ fileName: '计划书.pdf' });
  });

  it('leaves the record undeleted where the bytes could not be deleted', async () => {
    class BrokenStore extends ObjectStore {
      override put = () => Promise.reject(new Error('not asked'));
      override get = () => Promise.reject(new Error('not asked'));
      override delete = () => Promise.reject(new Error('the bucket is away'));
    }
    const tenantId = await park.company();
    const programme = await park.programme(10_000n);
    const { id } = await database.transactions.run((tx) =>
      park.applications.draft(tx, owner, tenantId, { kind: 'grant', programmeId: programme.id }, park.start),
    );
    const input = { kind: 'other', fileName: '丢失.pdf', content: PDF };
    const added = await database.transactions.run((tx) => park.attachments.add(tx, owner, tenantId, id, input, park.start));
    await database.transactions.run((tx) => park.attachments.remove(tx, owner, tenantId, id, added.id, park.start));
    const broken = new CleanUpLoop(
      database.transactions,
      new AttachmentsService(new BrokenStore(), new AuditService(park.clock)),
      new KeptLogsService(database.transactions, new Buckets(undefined)),
      new ControllerSettings(),
      park.clock,
    );
    await expect(broken.deleteEnded(term)).rejects.toThrow('the bucket is away');
    await loop.deleteEnded(term);
    expect(await values(`SELECT attachment_id AS value FROM attachment_content WHERE attachment_id = '${added.id}'`)).toEqual([]);
  });
});
