import type { Actor } from '#audit';
import { TestDatabase } from '#database/testing';
import type { DomainError } from '#kernel';
import { accounts } from '#ledger';
import type { Application } from './domain/application.ts';
import { lin, ParkTestEnvironment, reviewer, zhao } from './testing/index.ts';

describe('applications that are decided at the same moment', () => {
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

  it('never promise more than the budget when approvals and a claw-back race (L4)', async () => {
    const budget = 50_000n;
    const programme = await environment.programme(budget);
    const approve = { verdict: 'approve', opinion: '' } as const;
    const decide = (by: Actor, { id, version }: Application) =>
      run((tx) => environment.decisions.decide(tx, by, id, version, approve, environment.start));
    const clawedBack = await environment.grant(programme.id, await environment.company(), 5_000n);
    const waiting: Application[] = [];
    for (let index = 0; index < 60; index += 1) {
      waiting.push(await environment.recommended(programme.id, await environment.company(), 1_000n + 100n * BigInt(index % 7)));
    }
    const proposal = { kind: 'claw-back', grantId: clawedBack, amount: 5_000n, opinion: '闲置' } as const;
    waiting.splice(30, 0, await run((tx) => environment.applications.propose(tx, reviewer, proposal, environment.start)));
    // Two administrators press at the same moment on every one of them.
    const outcomes = await Promise.allSettled(waiting.flatMap((application) => [decide(lin, application), decide(zhao, application)]));
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => (reason as DomainError).code);
    const counts = Map.groupBy(refusals, (code) => code);
    const approved = outcomes.length - refusals.length;
    const refused = [...counts].map(([code, each]) => `${each.length} × ${code}`).join(', ');
    process.stdout.write(
      `race: ${outcomes.length} approvals at once of ${waiting.length} applications: ${approved} approved, ${refused}\n`,
    );

    expect([...counts.keys()].sort()).toEqual(['application.stale', 'programme.budget-exceeded']);
    const grants = await environment.grants.page(database.transactions.reader, { programmeId: programme.id, limit: 100 });
    // One grant was there before; one approval was the claw-back.
    expect(grants.length - 1).toBe(approved - 1);
    let promised = 0n;
    for (const { id } of grants) promised += await environment.balance(accounts.grantAvailable(id));
    const left = await environment.balance(accounts.programmeBudget(programme.id));
    expect(left + promised).toBe(budget);
    const undecided = await environment.applications.list(database.transactions.reader, {
      ...{ programmeId: programme.id, statuses: ['recommended'], limit: 100 },
    });
    // Whoever was refused asked for more than was left at that moment; each is still there to be decided on.
    expect(undecided.length).toBe(waiting.length - approved);
    expect(left).toBeLessThan(1_600n + 5_000n);
  });

  it('are decided once when two administrators decide at the same moment', async () => {
    const programme = await environment.programme(10_000n);
    const { id, version } = await environment.recommended(programme.id, await environment.company(), 1_000n);
    const outcomes = await Promise.allSettled(
      [lin, zhao].map((by) =>
        run((tx) => environment.decisions.decide(tx, by, id, version, { verdict: 'approve', opinion: '' }, environment.start)),
      ),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as DomainError).code)).toEqual(['application.stale']);
    expect(await environment.balance(accounts.programmeBudget(programme.id))).toBe(9_000n);
  });
});
