import { inTenantScope } from '#database';
import { TestDatabase } from '#database/testing';
import type { DomainError } from '#kernel';
import { accounts } from '#ledger';
import { lin, ParkTestEnvironment, reviewer } from './testing/index.ts';

const DAY = 86_400;

describe('claw-backs that are proposed', () => {
  let database: TestDatabase;
  let environment: ParkTestEnvironment;
  beforeAll(async () => {
    database = await TestDatabase.create();
    environment = await ParkTestEnvironment.create(database.transactions);
  });
  afterAll(async () => {
    await database.drop();
  });
  const run: TestDatabase['transactions']['run'] = (work) => database.transactions.run(work);

  it('hold what a claw-back asks for while it is decided, and keep it from the company’s eyes (F9)', async () => {
    const tenantId = await environment.company();
    const programme = await environment.programme(10_000n);
    const grantId = await environment.grant(programme.id, tenantId, 1_000n);
    const { applications, decisions, start } = environment;
    const funds = async () => [
      await environment.balance(accounts.grantAvailable(grantId)),
      await environment.balance(accounts.grantHeld(grantId)),
      await environment.balance(accounts.programmeBudget(programme.id)),
    ];
    const propose = (amount: bigint) =>
      run((tx) => applications.propose(tx, reviewer, { kind: 'claw-back', grantId, amount, opinion: '长期闲置' }, start));
    const rejected = await propose(600n);
    expect(await funds()).toEqual([400n, 600n, 9_000n]);
    // Not the company: neither by id, nor in its list, nor past the application, as the tenant's own role.
    await expect(applications.get(database.transactions.reader, rejected.id, tenantId)).rejects.toThrow('application.unknown');
    const own = { tenantId, shownToCompany: true, limit: 10 };
    expect(await applications.list(database.transactions.reader, own)).toEqual([]);
    await inTenantScope(tenantId, async () => {
      const read = await run((tx) => tx.query<unknown[]>(`SELECT id FROM application UNION ALL SELECT id FROM application_event`));
      expect(read).toEqual([]);
    });
    await expect(propose(100n)).rejects.toMatchObject({ code: 'grant.claw-back-pending', kind: 'conflict' });

    await run((tx) => decisions.decide(tx, lin, rejected.id, rejected.version, { verdict: 'reject', opinion: '继续使用' }, start));
    expect(await funds()).toEqual([1_000n, 0n, 9_000n]);
    const withdrawn = await propose(600n);
    await expect(run((tx) => decisions.withdrawProposal(tx, lin, withdrawn.id, withdrawn.version, '', start))).rejects.toThrow(
      'application.not-yours',
    );
    await run((tx) => decisions.withdrawProposal(tx, reviewer, withdrawn.id, withdrawn.version, '误报', start));
    expect(await funds()).toEqual([1_000n, 0n, 9_000n]);
    const forgotten = await propose(600n);
    expect(await run((tx) => environment.proposals.expireDue(tx, start + 30 * DAY))).toEqual([]);
    expect(await run((tx) => environment.proposals.expireDue(tx, start + 30 * DAY + 1))).toContain(forgotten.id);
    expect(await funds()).toEqual([1_000n, 0n, 9_000n]);

    const proposal = await propose(5_000n);
    expect(await funds()).toEqual([0n, 1_000n, 9_000n]);
    const approved = await run((tx) =>
      decisions.decide(tx, lin, proposal.id, proposal.version, { verdict: 'approve', opinion: '' }, start),
    );
    // What it took, not what it asked for; and from now on the company may read it.
    expect([approved.amount, approved.approval?.amount, approved.held]).toEqual([5_000n, 1_000n, 0n]);
    expect(await funds()).toEqual([0n, 0n, 10_000n]);
    expect(await applications.list(database.transactions.reader, own)).toMatchObject([{ id: proposal.id, status: 'approved' }]);
    await expect(propose(1n)).rejects.toMatchObject({ code: 'grant.nothing-to-claw-back' });
  });

  it('let one of several claw-backs of one grant be raised at once', async () => {
    const programme = await environment.programme(10_000n);
    const grantId = await environment.grant(programme.id, await environment.company(), 1_000n);
    const proposal = { kind: 'claw-back', grantId, amount: 1_000n, opinion: '闲置' } as const;
    const raised = await Promise.allSettled(
      Array.from({ length: 4 }, () => run((tx) => environment.applications.propose(tx, reviewer, proposal, environment.start))),
    );
    const codes = raised.map((outcome) => (outcome.status === 'fulfilled' ? 'raised' : (outcome.reason as DomainError).code));
    expect(codes.sort()).toEqual([...Array<string>(3).fill('grant.claw-back-pending'), 'raised']);
    expect(await environment.balance(accounts.grantHeld(grantId))).toBe(1_000n);
  });
});
