import { Injectable } from '@nestjs/common';
import { AuditService, AuditTrailService } from '#audit';
import { type Tx, Transactions } from '#database';
import { type Origin, SessionsService, type TokenPair, UsersService } from '#identity';
import { DomainError } from '#kernel';
import { isDemo } from './demo-mark.ts';
import { DEMO_PEOPLE, type DemoPerson } from './people.ts';

/** Sign-in without a password as a person of the demo data. Only standalone has it, and only on a database that it filled itself. */
@Injectable()
export class DemoSignInService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly trail: AuditTrailService,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
  ) {}

  /** Those of the demo's people whose accounts are active. @throws DomainError `demo.absent` */
  async people(): Promise<DemoPerson[]> {
    return await this.transactions.run(async (tx) => {
      await this.#requireDemo(tx);
      const active: DemoPerson[] = [];
      for (const person of DEMO_PEOPLE) if ((await this.users.byEmail(tx, person.email))?.status === 'active') active.push(person);
      return active;
    });
  }

  /** Opens the session that a sign-in with a password opens. @throws DomainError `demo.absent`, `demo.person-unknown` */
  async signIn(email: string, origin: Origin): Promise<TokenPair> {
    return await this.transactions.run(async (tx) => {
      await this.#requireDemo(tx);
      const person = DEMO_PEOPLE.find((known) => known.email === email);
      const user = person === undefined ? undefined : await this.users.byEmail(tx, person.email);
      if (user?.status !== 'active') {
        throw new DomainError('demo.person-unknown', {
          field: '/email',
          detail: `Nobody of the demo has the address ${email} and an active account.`,
          remedy: 'Choose somebody of GET /demo/people.',
          kind: 'not-found',
        });
      }
      const tokens = await this.sessions.open(tx, user, { method: 'password', secondFactor: false, origin });
      const from = origin.address === undefined ? {} : { address: origin.address };
      const actor = { kind: 'user' as const, id: user.id, name: user.name, ...from };
      const reason = 'demo: one click, without a password';
      await this.audit.record(tx, { actor, action: 'sign-in.succeeded', objectType: 'user', objectId: user.id, reason });
      return tokens;
    });
  }

  async #requireDemo(tx: Tx): Promise<void> {
    if (await isDemo(tx, this.trail)) return;
    throw new DomainError('demo.absent', { detail: 'This installation has no demo data.', remedy: 'Sign in.', kind: 'not-found' });
  }
}
