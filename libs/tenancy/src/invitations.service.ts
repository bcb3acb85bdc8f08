import { Inject, Injectable } from '@nestjs/common';
import { AuditService, type Actor, systemActor } from '#audit';
import { recordEvent, type Tx, Transactions } from '#database';
import {
  type CompanyRole,
  fingerprint,
  IDENTITY_SETTINGS,
  type IdentitySettings,
  MailQuotaService,
  newSecret,
  parseEmail,
  type SentLink,
  SignInClock,
  type User,
  UsersService,
} from '#identity';
import { DomainError, newId } from '#kernel';
import { CompaniesService } from './companies.service.ts';
import { INVITATION_SENT, invitationPath, IS_OPEN } from './mailed-invitations.ts';
import { MembersService } from './members.service.ts';

const INVITATION_DAYS = 7;

export interface Invitation {
  readonly id: string;
  readonly companyId: string;
  readonly email: string;
  readonly role: CompanyRole;
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Whether it is mailed: the mail is queued or was sent. False where it was handed on, and where its mail was given up. */
  readonly mailed: boolean;
}

/** What whoever holds the link is shown before they accept. */
export interface InvitationView {
  readonly companyName: string;
  readonly email: string;
  readonly role: CompanyRole;
  /** Whether the address has an account: then one signs in to accept. */
  readonly hasAccount: boolean;
}

interface NewInvitation {
  readonly email: string;
  readonly role: CompanyRole;
  readonly delivery: Open['delivery'];
  readonly token: string;
}

interface Open extends Invitation {
  readonly companyName: string;
  /** A mailed link that is used proves the address; one that was handed on does not. */
  readonly delivery: 'mail' | 'hand';
}

const COLUMNS = `i.id, i.company_id AS "companyId", i.email, i.role, i.invited_by AS "invitedBy", i.created_at AS "createdAt",
  i.expires_at AS "expiresAt", i.delivery = 'mail' AND i.mail_failed_at IS NULL AS mailed`;

/**
 * Invitations into a company by a link that is good for a week and once, mailed to the address it names. Its secret is made when
 * the mail is sent, and nobody but the mailbox receives it: who has used it has proven the address. Where the deployment sends no mail,
 * and where the mail was given up, administrators of the park are given another link to hand on, which proves nothing. Only hashes are
 * stored.
 */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly companies: CompaniesService,
    private readonly members: MembersService,
    private readonly users: UsersService,
    private readonly quota: MailQuotaService,
    @Inject(IDENTITY_SETTINGS) private readonly settings: IdentitySettings,
    private readonly clock: SignInClock,
  ) {}

  /**
   * Replaces an open invitation of the same address. With `handOn`, the answer holds a link where the deployment sends no mail, or gave up
   * the mail with the invitation that is replaced.
   * @throws DomainError `mail.not-configured` when nobody would be told of the invitation, `mail.too-many`
   */
  async invite(
    actor: Actor,
    companyId: string,
    input: { email: string; role: CompanyRole },
    { handOn }: { handOn: boolean },
  ): Promise<{ invitation: Invitation; sent: SentLink }> {
    if (!this.settings.sendsMail && !handOn) {
      throw new DomainError('mail.not-configured', {
        detail: 'This deployment sends no mail, so the invitation would reach nobody.',
        remedy: 'Ask an administrator of the park to invite this address; they are given a link to hand on.',
        kind: 'conflict',
      });
    }
    const isHandedOn = handOn && (await this.#hasMailFailed(companyId, parseEmail(input.email)));
    const token = newSecret('mss_inv_');
    if (this.settings.sendsMail && !isHandedOn) {
      await this.quota.require({ to: parseEmail(input.email), requester: actor.id });
      // Nobody learns this secret: the invitation gets another one when its mail is sent.
      const invitation = await this.transactions.run(async (tx) => {
        const made = await this.#write(tx, actor, companyId, { ...input, delivery: 'mail', token });
        await recordEvent(tx, INVITATION_SENT, { key: made.id, data: { invitationId: made.id, inviterName: actor.name } });
        return made;
      });
      return { invitation, sent: { mailed: true } };
    }
    const invitation = await this.transactions.run((tx) => this.#write(tx, actor, companyId, { ...input, delivery: 'hand', token }));
    return { invitation, sent: { mailed: false, link: `${this.settings.publicUrl}${invitationPath(token)}` } };
  }

  /** Those of a company that may still be accepted. */
  async list(tx: Tx, companyId: string): Promise<Invitation[]> {
    return await tx.query<Invitation[]>(
      `SELECT ${COLUMNS} FROM invitation i WHERE i.company_id = $1 AND ${IS_OPEN} AND i.expires_at > $2 ORDER BY i.id DESC LIMIT 200`,
      [companyId, this.clock.now()],
    );
  }

  async revoke(tx: Tx, actor: Actor, companyId: string, id: string): Promise<void> {
    const [, revoked] = await tx.query<[unknown, number]>(
      `UPDATE invitation i SET revoked_at = $3 WHERE i.id = $1 AND i.company_id = $2 AND ${IS_OPEN}`,
      [id, companyId, this.clock.now()],
    );
    if (revoked === 0) throw new DomainError('invitation.unknown', { detail: `There is no open invitation ${id}.`, kind: 'not-found' });
    await this.audit.record(tx, { actor, action: 'invitation.revoked', objectType: 'invitation', objectId: id, tenantId: companyId });
  }

  /** @throws DomainError `invitation.refused` */
  async view(tx: Tx, token: string): Promise<InvitationView> {
    const { companyName, email, role } = await this.#open(tx, token);
    return { companyName, email, role, hasAccount: (await this.users.byEmail(tx, email)) !== undefined };
  }

  /** Makes the account and joins the company. @throws DomainError `user.email-taken` when there is one: then it is accepted signed in */
  async acceptAsNew(tx: Tx, token: string, person: { name: string; password: string }, address: string | undefined): Promise<User> {
    const invitation = await this.#open(tx, token);
    const from = address === undefined ? {} : { address };
    const user = await this.users.create(
      tx,
      { ...systemActor('invitation'), ...from },
      {
        ...person,
        email: invitation.email,
        ...(invitation.delivery === 'mail' && { proof: 'mail' as const }),
      },
    );
    await this.#join(tx, invitation, user, { kind: 'user', id: user.id, name: user.name, ...from });
    return user;
  }

  /** Joins the company with an account one has. @throws DomainError `invitation.other-address` */
  async accept(tx: Tx, actor: Actor, token: string): Promise<void> {
    const invitation = await this.#open(tx, token);
    const user = await this.users.get(tx, actor.id);
    if (user.email !== invitation.email) {
      throw new DomainError('invitation.other-address', {
        detail: `This invitation is for ${invitation.email}; you are signed in as ${user.email}.`,
        remedy: 'Ask for an invitation to your address.',
        kind: 'forbidden',
      });
    }
    await this.#join(tx, invitation, user, actor);
  }

  /** Whether the mail with the open invitation of this address was given up. */
  async #hasMailFailed(companyId: string, email: string): Promise<boolean> {
    const rows = await this.transactions.reader.query<unknown[]>(
      `SELECT FROM invitation i WHERE i.company_id = $1 AND i.email = $2 AND ${IS_OPEN} AND i.mail_failed_at IS NOT NULL`,
      [companyId, email],
    );
    return rows.length > 0;
  }

  async #write(tx: Tx, actor: Actor, companyId: string, input: NewInvitation): Promise<Invitation> {
    const company = await this.companies.get(tx, companyId);
    const email = parseEmail(input.email);
    if (await this.members.hasAddress(tx, email, companyId)) {
      throw new DomainError('member.known', { field: '/email', detail: `${email} belongs to ${company.name} already.`, kind: 'conflict' });
    }
    const now = this.clock.now();
    await tx.query(`UPDATE invitation i SET revoked_at = $3 WHERE i.company_id = $1 AND i.email = $2 AND ${IS_OPEN}`, [
      companyId,
      email,
      now,
    ]);
    const id = newId('invitation');
    const [invitation] = await tx.query<Invitation[]>(
      `INSERT INTO invitation AS i (id, company_id, email, role, hash, delivery, invited_by, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${COLUMNS}`,
      [
        ...[id, companyId, email, input.role, fingerprint(input.token), input.delivery, actor.id],
        ...[now, new Date(now.getTime() + INVITATION_DAYS * 86_400_000)],
      ],
    );
    if (invitation === undefined) throw new Error('an inserted invitation was not returned');
    await this.audit.record(tx, {
      actor,
      action: input.delivery === 'mail' ? 'invitation.sent' : 'invitation.handed-on',
      objectType: 'invitation',
      objectId: id,
      tenantId: companyId,
      after: { email, role: input.role },
    });
    return invitation;
  }

  async #open(tx: Tx, token: string): Promise<Open> {
    const [invitation] = await tx.query<Open[]>(
      `SELECT ${COLUMNS}, i.delivery, c.name AS "companyName" FROM invitation i JOIN company c ON c.id = i.company_id
       WHERE i.hash = $1 AND ${IS_OPEN} AND i.expires_at > $2 AND c.status <> 'graduated' FOR UPDATE OF i`,
      [fingerprint(token), this.clock.now()],
    );
    if (invitation !== undefined) return invitation;
    throw new DomainError('invitation.refused', {
      field: '/token',
      detail: 'This invitation was accepted or withdrawn, or is older than a week.',
      remedy: 'Use the link of the newest mail, or ask for a new one.',
    });
  }

  async #join(tx: Tx, invitation: Open, user: User, actor: Actor): Promise<void> {
    await this.members.add(tx, actor, invitation.companyId, { userId: user.id, role: invitation.role });
    await tx.query(`UPDATE invitation SET accepted_at = $2, accepted_by = $3 WHERE id = $1`, [invitation.id, this.clock.now(), user.id]);
    await this.audit.record(tx, {
      actor,
      action: 'invitation.accepted',
      objectType: 'invitation',
      objectId: invitation.id,
      tenantId: invitation.companyId,
    });
  }
}
