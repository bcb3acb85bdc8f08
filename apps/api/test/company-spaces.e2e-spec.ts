import { AuditService, systemActor } from '#audit';
import type { SpaceRepair } from '#cluster';
import type { Company } from '#tenancy';
import { ApiTestEnvironment } from './api-test-environment.ts';

describe("the state of a company's namespace, over HTTP", () => {
  let environment: ApiTestEnvironment;
  let company: Company;

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
    company = await environment.company();
  });
  afterAll(async () => {
    await environment.stop();
  });

  const record = async (action: string, after: object): Promise<void> => {
    const { id } = company;
    const event = { actor: systemActor('controller'), action, objectType: 'company', objectId: id, tenantId: id, after };
    await environment.database.transactions.run((tx) => environment.app.get(AuditService, { strict: false }).record(tx, event));
  };

  it('says what the controller made, repaired and removed, the last repair first', async () => {
    const operator = await environment.person('operator');
    const space = async () => (await operator.call('GET', `/companies/${company.id}/space`)).body as unknown;
    const namespace = `mss-${company.slug}`;
    expect(await space()).toEqual({ namespace, state: 'none', recordedAt: null, repairs: [] });

    await record('tenant-space.created', { namespace });
    expect(await space()).toMatchObject({ state: 'present', recordedAt: expect.any(String) as string, repairs: [] });

    const changedAt = new Date('2026-10-01T08:00:00Z');
    const quota: SpaceRepair = {
      ...{ object: 'ResourceQuota speedspace', changedBy: 'kubectl-edit', changedAt },
      differences: [
        { field: 'spec.hard.pods', found: '5', wanted: '2000' },
        { field: 'spec.hard.secrets', found: '1', wanted: undefined },
      ],
    };
    const policy: SpaceRepair = { object: 'NetworkPolicy default-deny', differences: [] };
    await record('tenant-space.repaired', { namespace, repairs: [quota] });
    await record('tenant-space.repaired', { namespace, repairs: [policy] });
    expect(await space()).toMatchObject({
      state: 'present',
      repairs: [
        { object: 'NetworkPolicy default-deny', differences: [], changedBy: null, changedAt: null },
        {
          ...{ object: 'ResourceQuota speedspace', changedBy: 'kubectl-edit', changedAt: '2026-10-01T08:00:00.000Z' },
          differences: [
            { field: 'spec.hard.pods', found: '"5"', wanted: '"2000"' },
            { field: 'spec.hard.secrets', found: '"1"', wanted: null },
          ],
        },
      ],
    });

    await record('tenant-space.removed', { namespace });
    expect(await space()).toMatchObject({ state: 'removed', repairs: { length: 2 } });
  });

  it('is for the park alone, and for companies that exist', async () => {
    const owner = await environment.person('owner', company);
    expect((await owner.call('GET', `/companies/${company.id}/space`)).status).toBe(403);
    const auditor = await environment.person('auditor');
    const unknown = await auditor.call('GET', '/companies/company_01m8czhnfvtkr93dn4b52jv87c/space');
    expect([unknown.status, unknown.body]).toMatchObject([404, { code: 'company.unknown' }]);
  });
});
