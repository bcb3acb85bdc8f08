import { AuditService, systemActor } from '#audit';
import type { Tx } from '#database';
import { type Clock, SystemClock } from '#kernel';
import { CompaniesService, type NewCompany } from '../companies.service.ts';
import type { Company } from '../company.ts';
import { syntheticCreditCode } from '../domain/credit-code.ts';

let registered = 0;

/** A registered, active company with a valid code of its own. */
export async function someCompany(tx: Tx, input: Partial<NewCompany> = {}, clock: Clock = new SystemClock()): Promise<Company> {
  registered += 1;
  return await new CompaniesService(new AuditService(clock), clock).register(tx, systemActor('test'), {
    name: `Company ${registered}`,
    creditCode: syntheticCreditCode(registered),
    ...input,
  });
}
