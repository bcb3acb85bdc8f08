import { AuditService, systemActor } from '#audit';
import { TestDatabase } from '#database/testing';
import { ManualClock } from '#kernel';
import { CompaniesService } from './companies.service.ts';
import { syntheticCreditCode } from './domain/credit-code.ts';
import { lockTenants } from './lock-tenants.ts';
import { someCompany } from './testing/index.ts';

const administrator = systemActor('administrator');

describe('companies', () => {
  let database: TestDatabase;
  const clock = new ManualClock(new Date('2026-10-01T00:00:00Z'));
  const companies = new CompaniesService(new AuditService(clock), clock);
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(async () => {
    await database.drop();
  });

  it('registers a code once, also when two ask at the same time', async () => {
    const attempts = await Promise.allSettled(
      ['壹号', '贰号'].map((name) =>
        database.transactions.run((tx) => companies.register(tx, administrator, { name, creditCode: syntheticCreditCode(900_001) })),
      ),
    );
    expect(attempts.map((attempt) => attempt.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(attempts.find((attempt) => attempt.status === 'rejected')?.reason).toMatchObject({
      code: 'company.registered-already',
      field: '/creditCode',
      kind: 'conflict',
    });
  });

  it('lets a suspended company take nothing new, and says why', async () => {
    const company = await database.transactions.run((tx) => someCompany(tx, { name: '极订' }));
    await database.transactions.run((tx) =>
      companies.setStatus(tx, administrator, company.id, { status: 'suspended', reason: 'invoice open' }, company.version),
    );
    await expect(database.transactions.run((tx) => companies.requireActive(tx, company.id))).rejects.toMatchObject({
      code: 'company.suspended',
      detail: '极订 is suspended (invoice open).',
    });
  });

  it('refuses a change made on a stale view', async () => {
    const company = await database.transactions.run((tx) => someCompany(tx));
    await database.transactions.run((tx) => companies.change(tx, administrator, company.id, { name: 'New' }, company.version));
    await expect(
      database.transactions.run((tx) => companies.change(tx, administrator, company.id, { name: 'Newer' }, company.version)),
    ).rejects.toMatchObject({ code: 'company.stale', kind: 'stale' });
  });

  it('replaces contacts', async () => {
    const company = await database.transactions.run((tx) => someCompany(tx));
    const contact = { kind: 'finance', name: '王芳', email: 'wang@example.com' } as const;
    await database.transactions.run((tx) => companies.setContacts(tx, administrator, company.id, [contact, { ...contact, kind: 'legal' }]));
    const left = await database.transactions.run((tx) => companies.setContacts(tx, administrator, company.id, [contact]));
    expect(left).toEqual([{ ...contact, id: `${company.id}/1`, phone: null }]);
  });

  it('locks companies in one order, so that two movements never wait for each other', async () => {
    const a = await database.transactions.run((tx) => someCompany(tx));
    const b = await database.transactions.run((tx) => someCompany(tx));
    const both = [
      [a.id, b.id],
      [b.id, a.id, b.id],
    ];
    await Promise.all(Array.from({ length: 20 }, (_, n) => database.transactions.run((tx) => lockTenants(tx, both[n % 2]!))));
    await expect(database.transactions.run((tx) => lockTenants(tx, [a.id, 'company_none']))).rejects.toMatchObject({
      code: 'company.unknown',
    });
  });
});
