import type { Transactions } from '#database';
import { GrantsTestEnvironment, lin, person } from '#grants/testing';
import { PersonalTokensService, SignInClock } from '#identity';
import { TEST_IDENTITY_SETTINGS } from '#identity/testing';
import { toDate } from '#kernel';
import { DatabaseObjectStore } from '#storage';
import { MembersService } from '#tenancy';
import { ApplicationDecisionsService } from '../application-decisions.service.ts';
import { ApplicationsService } from '../applications.service.ts';
import { AttachmentsService } from '../attachments.service.ts';
import type { Application } from '../domain/application.ts';
import { ParkProposalsService } from '../park-proposals.service.ts';

const DAY = 86_400;

export { lin, person };
export const [owner, reviewer, zhao] = [person('owner'), person('reviewer'), person('zhao')];

/** A park on a real database: what the environment of grants has, and applications with the people who decide on them. */
export class ParkTestEnvironment extends GrantsTestEnvironment {
  readonly members = new MembersService(
    ...([this.audit, this.clock] as const),
    new PersonalTokensService(this.audit, TEST_IDENTITY_SETTINGS, new SignInClock()),
    TEST_IDENTITY_SETTINGS,
  );
  readonly attachments = new AttachmentsService(new DatabaseObjectStore(), this.audit);
  readonly proposals = new ParkProposalsService(this.ledger, this.grants, this.audit);
  readonly applications = new ApplicationsService(
    ...([this.programmes, this.grants, this.attachments, this.companies, this.members, this.proposals, this.audit] as const),
  );
  readonly decisions = new ApplicationDecisionsService(this.programmes, this.grants, this.companies, this.proposals);

  /** On a database that has the GPU class already. */
  static over(transactions: Transactions): ParkTestEnvironment {
    return new ParkTestEnvironment(transactions);
  }

  static async create(transactions: Transactions): Promise<ParkTestEnvironment> {
    return await new ParkTestEnvironment(transactions).addClass();
  }

  /** An application for `amount` that a reviewer has recommended. */
  async recommended(programmeId: string, tenantId: string, amount: bigint): Promise<Application> {
    const period = { validFrom: toDate(this.start), validUntil: toDate(this.start + 90 * DAY) };
    return await this.transactions.run(async (tx) => {
      const input = { kind: 'grant' as const, programmeId, amount, purpose: '微调 7B 模型', ...period };
      const draft = await this.applications.draft(tx, owner, tenantId, input, this.start);
      const { version } = await this.applications.submit(tx, owner, tenantId, draft.id, draft.version, this.start);
      return await this.decisions.review(tx, reviewer, draft.id, version, { verdict: 'recommend', opinion: '同意' }, this.start);
    });
  }
}
