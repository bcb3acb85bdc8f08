import { TestDatabase } from '#database/testing';
import { owner, ParkTestEnvironment } from './testing/index.ts';

describe('drafts', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(async () => await database.drop());

  it('are bounded per company, also when they are begun at once', async () => {
    const park = await ParkTestEnvironment.create(database.transactions);
    const [tenantId, other] = [await park.company(), await park.company()];
    const programme = await park.programme(10_000n);
    const draft = (company: string) =>
      database.transactions.run((tx) =>
        park.applications.draft(tx, owner, company, { kind: 'grant', programmeId: programme.id }, park.start),
      );
    const begun = await Promise.allSettled(Array.from({ length: 60 }, () => draft(tenantId)));
    expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
    expect(begun.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'application.too-many-drafts' } });
    expect(await draft(other)).toMatchObject({ status: 'draft' });
  });
});
