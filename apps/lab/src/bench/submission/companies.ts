import type { INestApplicationContext } from '@nestjs/common';
import { systemActor } from '#audit';
import { Transactions } from '#database';
import { FundedTestEnvironment } from '#funding/testing';
import { UsersService } from '#identity';
import type { Clock } from '#kernel';
import { MembersService } from '#tenancy';

const PASSWORD = 'quartz lantern 42 meadow';
const actor = systemActor('bench');

/** Companies with a wallet and two grants each, and engineers who belong to all of them. */
export interface SubmittingPeople {
  /** The companies of each engineer, in the order of `emails`. */
  readonly companiesOf: readonly (readonly string[])[];
  readonly emails: readonly string[];
  readonly password: string;
}

export async function openCompanies(
  office: INestApplicationContext,
  clock: Clock,
  companies: number,
  people: number,
): Promise<SubmittingPeople> {
  const transactions = office.get(Transactions);
  const environment = await FundedTestEnvironment.create(transactions, clock);
  const companyIds: string[] = [];
  for (let number = 0; number < companies; number += 1) {
    const id = await environment.company(1_000_000_000n);
    await environment.grant(id, 1_000_000_000n, { coverageBp: 5_000n });
    await environment.grant(id, 100_000_000n, { unit: 'GPU_SECONDS' });
    companyIds.push(id);
  }
  const emails: string[] = [];
  const companiesOf: string[][] = [];
  for (let number = 0; number < people; number += 1) {
    const email = `engineer.${number}@bench.example`;
    emails.push(email);
    await transactions.run(async (tx) => {
      const user = await office
        .get(UsersService)
        .create(tx, actor, { email, name: `Engineer ${number}`, password: PASSWORD, parkRoles: [] });
      // Each company is one engineer's, and each engineer has one at least.
      const own = companyIds.filter((_, index) => (companies < people ? number % companies === index : index % people === number));
      for (const companyId of own) await office.get(MembersService).add(tx, actor, companyId, { userId: user.id, role: 'engineer' });
      companiesOf.push(own);
    });
  }
  return { companiesOf, emails, password: PASSWORD };
}
