import { Inject, Injectable } from '@nestjs/common';
import { IsNull, MoreThan, Not } from 'typeorm';
import { AuditService, type Actor, systemActor } from '#audit';
import { recordEvent, type Tx, Transactions } from '#database';
import {
  type CompanyRole,
  fingerprint,
  IDENTITY_SETTINGS,
  type IdentitySettings,
  type LinkDelivery,
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
import { InvitationEntity } from './invitation.entity.ts';
import { lockOpenInvitation, type OpenInvitation } from './invitation.queries.ts';
import { INVITATION_SENT, invitationPath } from './mailed-invitations.ts';
import { MemberEntity } from './member.entity.ts';
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

/** What the holder of the link reads before accepting. */
export interface InvitationView {
  readonly companyName: string;
  readonly email: string;
  readonly role: CompanyRole;
  /** Whether the address has an account. If so, its person signs in to accept. */
  readonly hasAccount: boolean;
}

interface NewInvitation {
  readonly email: string;
  readonly role: CompanyRole;
  readonly delivery: LinkDelivery;
  readonly token: string;
}

/** Neither accepted nor revoked. */
const OPEN = { acceptedAt: IsNull(), revokedAt: IsNull() };

function toInvitation(row: InvitationEntity): Invitation {
  const { id, companyId, email, role, invitedBy, createdAt, expiresAt, delivery, mailFailedAt } = row;
  return { id, companyId, email, role, invitedBy, createdAt, expiresAt, mailed: delivery === 'mail' && mailFailedAt === null };
}

/**
 * Invitations into a company by a link that is valid for a week and once, mailed to the address of the invitation. Its secret is made when
 * the mail is sent and only the mailbox receives it, so a person who uses it proves the address. Where the deployment sends no mail, and
 * where the mail was given up, administrators of the park get another link to hand on, which is no proof. Only hashes are stored.
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
   * @throws DomainError `mail.not-configured` when the invitation would reach nobody, `mail.too-many`
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
        remedy: 'Ask an administrator of the park to invite this address; they get a link to hand on.',
        kind: 'conflict',
      });
    }
    const isHandedOn = handOn && (await this.#hasMailFailed(companyId, parseEmail(input.email)));
    const token = newSecret('mss_inv_');
    if (this.settings.sendsMail && !isHandedOn) {
      await this.quota.require({ to: parseEmail(input.email), requester: actor.id });
      // This secret is never shown: the invitation gets another one when its mail is sent.
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
    const invitations = await tx.find(InvitationEntity, {
      where: { companyId, ...OPEN, expiresAt: MoreThan(this.clock.now()) },
      order: { id: 'DESC' },
      take: 200,
    });
    return invitations.map(toInvitation);
  }

  /** Whether anybody was ever invited into a company, or is a member of one. */
  async someoneInvited(tx: Tx): Promise<boolean> {
    return (await tx.exists(InvitationEntity)) || (await tx.exists(MemberEntity));
  }

  async revoke(tx: Tx, actor: Actor, companyId: string, id: string): Promise<void> {
    const { affected } = await tx.update(InvitationEntity, { id, companyId, ...OPEN }, { revokedAt: this.clock.now() });
    if (affected === 0) throw new DomainError('invitation.unknown', { detail: `There is no open invitation ${id}.`, kind: 'not-found' });
    await this.audit.record(tx, { actor, action: 'invitation.revoked', objectType: 'invitation', objectId: id, tenantId: companyId });
  }

  /** @throws DomainError `invitation.refused` */
  async view(tx: Tx, token: string): Promise<InvitationView> {
    const { companyName, email, role } = await this.#open(tx, token);
    return { companyName, email, role, hasAccount: (await this.users.byEmail(tx, email)) !== undefined };
  }

  /** Creates the account and joins the company. @throws DomainError `user.email-taken` when it exists: its person signs in to accept */
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

  /** Joins the company with an existing account. @throws DomainError `invitation.other-address` */
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
    return await this.transactions.reader.existsBy(InvitationEntity, { companyId, email, ...OPEN, mailFailedAt: Not(IsNull()) });
  }

  async #write(tx: Tx, actor: Actor, companyId: string, input: NewInvitation): Promise<Invitation> {
    const company = await this.companies.get(tx, companyId);
    const email = parseEmail(input.email);
    if (await this.members.hasAddress(tx, email, companyId)) {
      throw new DomainError('member.known', { field: '/email', detail: `${email} belongs to ${company.name} already.`, kind: 'conflict' });
    }
    const now = this.clock.now();
    await tx.update(InvitationEntity, { companyId, email, ...OPEN }, { revokedAt: now });
    const id = newId('invitation');
    const expiresAt = new Date(now.getTime() + INVITATION_DAYS * 86_400_000);
    const { role, delivery } = input;
    const invitation = { id, companyId, email, role, invitedBy: actor.id, createdAt: now, expiresAt };
    await tx.insert(InvitationEntity, { ...invitation, hash: fingerprint(input.token), delivery });
    await this.audit.record(tx, {
      actor,
      action: input.delivery === 'mail' ? 'invitation.sent' : 'invitation.handed-on',
      objectType: 'invitation',
      objectId: id,
      tenantId: companyId,
      after: { email, role },
    });
    return { ...invitation, mailed: delivery === 'mail' };
  }

  async #open(tx: Tx, token: string): Promise<OpenInvitation> {
    const invitation = await lockOpenInvitation(tx, fingerprint(token), this.clock.now());
    if (invitation !== undefined) return invitation;
    throw new DomainError('invitation.refused', {
      field: '/token',
      detail: 'This invitation was accepted or withdrawn, or is older than a week.',
      remedy: 'Use the link of the newest mail, or ask for a new one.',
    });
  }

  async #join(tx: Tx, invitation: OpenInvitation, user: User, actor: Actor): Promise<void> {
    await this.members.add(tx, actor, invitation.companyId, { userId: user.id, role: invitation.role });
    await tx.update(InvitationEntity, { id: invitation.id }, { acceptedAt: this.clock.now(), acceptedBy: user.id });
    await this.audit.record(tx, {
      actor,
      action: 'invitation.accepted',
      objectType: 'invitation',
      objectId: invitation.id,
      tenantId: invitation.companyId,
    });
  }
}
