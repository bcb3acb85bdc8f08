import type { Actor } from '#audit';
import { TestDatabase } from '#database/testing';
import type { DomainError } from '#kernel';
import { accounts } from '#ledger';
import type { Application } from './domain/application.ts';
import { lin, ParkWorld, reviewer, zhao } from './testing/index.ts';

describe('applications that are decided at the same moment', () => {
  let database: TestDatabase;
  let world: ParkWorld;
  beforeAll(async () => {
    database = await TestDatabase.create();
    world = await ParkWorld.create(database.transactions);
  });
  afterAll(async () => {
    await database.drop();
  });
  const run: TestDatabase['transactions']['run'] = (work) => database.transactions.run(work);

  it('never promise more than the budget when approvals and a claw-back race (L4)', async () => {
    const budget = 50_000n;
    const programme = await world.programme(budget);
    const approve = { verdict: 'approve', opinion: '' } as const;
    const decide = (by: Actor, { id, version }: Application) =>
      run((tx) => world.decisions.decide(tx, by, id, version, approve, world.start));
    const clawedBack = await world.grant(programme.id, await world.company(), 5_000n);
    const waiting: Application[] = [];
    for (let index = 0; index < 60; index += 1) {
      waiting.push(await world.recommended(programme.id, await world.company(), 1_000n + 100n * BigInt(index % 7)));
    }
    const proposal = { kind: 'claw-back', grantId: clawedBack, amount: 5_000n, opinion: '闲置' } as const;
    waiting.splice(30, 0, await run((tx) => world.applications.propose(tx, reviewer, proposal, world.start)));
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
    const grants = await world.grants.page(database.transactions.reader, { programmeId: programme.id, limit: 100 });
    // One grant was there before; one approval was the claw-back.
    expect(grants.length - 1).toBe(approved - 1);
    let promised = 0n;
    for (const { id } of grants) promised += await world.balance(accounts.grantAvailable(id));
    const left = await world.balance(accounts.programmeBudget(programme.id));
    expect(left + promised).toBe(budget);
    const undecided = await world.applications.list(database.transactions.reader, {
      ...{ programmeId: programme.id, statuses: ['recommended'], limit: 100 },
    });
    // Whoever was refused asked for more than was left at that moment; each is still there to be decided on.
    expect(undecided.length).toBe(waiting.length - approved);
    expect(left).toBeLessThan(1_600n + 5_000n);
  });

  it('are decided once when two administrators decide at the same moment', async () => {
    const programme = await world.programme(10_000n);
    const { id, version } = await world.recommended(programme.id, await world.company(), 1_000n);
    const outcomes = await Promise.allSettled(
      [lin, zhao].map((by) => run((tx) => world.decisions.decide(tx, by, id, version, { verdict: 'approve', opinion: '' }, world.start))),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as DomainError).code)).toEqual(['application.stale']);
    expect(await world.balance(accounts.programmeBudget(programme.id))).toBe(9_000n);
  });
});
