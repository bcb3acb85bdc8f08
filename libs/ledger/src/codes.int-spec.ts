import { TestDatabase } from '#database/testing';
import { accounts, admissionIdOf, parseAccountCode } from '#kernel';

describe('ids and codes in SQL', () => {
  let database: TestDatabase;
  beforeAll(async () => (database = await TestDatabase.create()));
  afterAll(() => database.drop());

  it('are those of TypeScript', async () => {
    const [codes, owner] = [[accounts.grantAvailable('grant_1'), accounts.walletHeld('company_1'), accounts.usage('a100')], 'grant_1'];
    const rows: unknown = await database.dataSource.query(
      `SELECT account_code('grant', $1, 'available') AS built, admission_id($1, 2) AS admission,
              array_agg(account_kind(code) ORDER BY ordinality) AS kinds, array_agg(account_owner(code) ORDER BY ordinality) AS owners
         FROM unnest($2::text[]) WITH ORDINALITY AS given (code, ordinality)`,
      [owner, codes],
    );
    expect(rows).toEqual([
      {
        built: accounts.grantAvailable(owner),
        admission: admissionIdOf({ jobId: owner, attempt: 2 }),
        kinds: codes.map((code) => parseAccountCode(code).kind),
        owners: codes.map((code) => parseAccountCode(code).owner),
      },
    ]);
  });
});
