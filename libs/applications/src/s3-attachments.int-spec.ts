import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import S3rver from '@20minutes/s3rver';
import { TestDatabase } from '#database/testing';
import { DatabaseObjectStore } from '#storage';
import { AttachmentsService } from './attachments.service.ts';
import { S3Bucket, S3ObjectStore, type S3Settings } from '#storage';
import { owner, ParkTestEnvironment } from './testing/index.ts';

const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');

describe('attachments in a bucket', () => {
  let database: TestDatabase;
  let environment: ParkTestEnvironment;
  let directory: string;
  let server: S3rver;
  let port: number;
  let store: S3ObjectStore;
  let attachments: AttachmentsService;
  const buckets: S3Bucket[] = [];
  const storeWith = (given: Partial<S3Settings> = {}) => {
    const bucket = new S3Bucket({
      ...{ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', bucket: 'papers', pathStyle: true },
      ...{ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', ...given },
    });
    buckets.push(bucket);
    return new S3ObjectStore(bucket, new DatabaseObjectStore());
  };

  beforeAll(async () => {
    database = await TestDatabase.create();
    environment = await ParkTestEnvironment.create(database.transactions);
    directory = await mkdtemp(path.join(tmpdir(), 'speedspace-s3-'));
    server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{ name: 'papers' }] });
    ({ port } = await server.run());
    store = storeWith();
    attachments = new AttachmentsService(store, environment.audit);
  });
  afterAll(async () => {
    for (const bucket of buckets) bucket.close();
    await server.close();
    await rm(directory, { recursive: true });
    await database.drop();
  });

  const run: TestDatabase['transactions']['run'] = (work) => database.transactions.run(work);
  const draft = async (): Promise<{ tenantId: string; id: string }> => {
    const tenantId = await environment.company();
    const programme = await environment.programme(10_000n);
    const { id } = await run((tx) =>
      environment.applications.draft(tx, owner, tenantId, { kind: 'grant', programmeId: programme.id }, environment.start),
    );
    return { tenantId, id };
  };
  const attachment = { kind: 'other', fileName: '计划书.pdf', content: PDF };

  it('come back byte for byte, and are not in the database', async () => {
    const { tenantId, id } = await draft();
    const added = await run((tx) => attachments.add(tx, owner, tenantId, id, attachment, environment.start));
    const { content } = await attachments.content(database.transactions.reader, id, added.id);
    expect(content.equals(PDF)).toBe(true);
    expect(await database.owner.query('SELECT FROM attachment_content WHERE attachment_id = $1', [added.id])).toEqual([]);
  });

  it('leave nothing behind that names them when their transaction is rolled back', async () => {
    const { tenantId, id } = await draft();
    await expect(
      run(async (tx) => {
        await attachments.add(tx, owner, tenantId, id, attachment, environment.start);
        throw new Error('the connection broke');
      }),
    ).rejects.toThrow('the connection broke');
    expect(await attachments.list(database.transactions.reader, id)).toEqual([]);
    expect(await database.owner.query('SELECT FROM application_attachment WHERE application_id = $1', [id])).toEqual([]);
  });

  it('are not added when the bucket does not take them', async () => {
    const { tenantId, id } = await draft();
    // Nobody listens on port 1; the bucket is not there; the key is not the server's.
    for (const given of [{ endpoint: 'http://127.0.0.1:1' }, { bucket: 'nobodys' }, { secretAccessKey: 'stolen' }]) {
      const broken = storeWith(given);
      const refused = new AttachmentsService(broken, environment.audit);
      await expect(run((tx) => refused.add(tx, owner, tenantId, id, attachment, environment.start))).rejects.toMatchObject({
        code: 'storage.unavailable',
        kind: 'unavailable',
      });
    }
    expect(await attachments.list(database.transactions.reader, id)).toEqual([]);
  });

  it('that were kept in the database before are still read', async () => {
    const { tenantId, id } = await draft();
    const added = await run((tx) => environment.attachments.add(tx, owner, tenantId, id, attachment, environment.start));
    expect((await attachments.content(database.transactions.reader, id, added.id)).content.equals(PDF)).toBe(true);
  });

  it('are refused when somebody changed them in the bucket', async () => {
    const { tenantId, id } = await draft();
    const added = await run((tx) => attachments.add(tx, owner, tenantId, id, attachment, environment.start));
    await store.put(database.transactions.reader, added.id, Buffer.from(PDF).reverse());
    await expect(attachments.content(database.transactions.reader, id, added.id)).rejects.toThrow('attachment.altered');
  });

  it('leave the bucket once they were removed', async () => {
    const { tenantId, id } = await draft();
    const [removed, kept] = [
      await run((tx) => attachments.add(tx, owner, tenantId, id, attachment, environment.start)),
      await run((tx) => attachments.add(tx, owner, tenantId, id, attachment, environment.start)),
    ];
    await run((tx) => attachments.remove(tx, owner, tenantId, id, removed.id, environment.start));
    expect((await store.get(database.transactions.reader, removed.id)).equals(PDF)).toBe(true);
    expect(await run((tx) => attachments.deleteRemoved(tx, 10, environment.start))).toBe(1);
    await expect(store.get(database.transactions.reader, removed.id)).rejects.toThrow('has its content');
    expect((await store.get(database.transactions.reader, kept.id)).equals(PDF)).toBe(true);
    expect(await run((tx) => attachments.deleteRemoved(tx, 10, environment.start))).toBe(0);
  });
});
