import { z } from 'zod';
import { COMPANY_ROLES } from '#identity';
import { COMPANY_STATUSES, CONTACT_KINDS, type Company, type Invitation } from '#tenancy';
import { day, email, id, instant, text } from '../http/wire.ts';

export const companyId = id('company');
export const userId = id('user');

export const companyInput = z.strictObject({
  name: text(200),
  creditCode: z.string().max(40).describe('统一社会信用代码, checked by GB 32100'),
  slug: z.string().max(40).optional().describe('DNS label; part of the namespace. Absent: made up'),
  incubationFrom: day.optional(),
  incubationUntil: day.optional(),
});

export const companyChange = z.strictObject({
  name: text(200).optional(),
  incubationFrom: day.nullable().optional(),
  incubationUntil: day.nullable().optional(),
});

export const statusChange = z.strictObject({ status: z.enum(COMPANY_STATUSES), reason: text(500) });

export const companyAnswer = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    creditCode: z.string(),
    status: z.enum(COMPANY_STATUSES),
    statusSince: instant,
    statusReason: z.string().nullable(),
    incubationFrom: day.nullable(),
    incubationUntil: day.nullable(),
    createdAt: instant,
    version: z.int(),
  })
  .meta({ id: 'Company' });

export const contactsInput = z.strictObject({
  contacts: z.array(z.strictObject({ kind: z.enum(CONTACT_KINDS), name: text(100), email, phone: text(40).optional() })).max(20),
});

export const contactsAnswer = z
  .object({
    contacts: z.array(
      z.object({ id: z.string(), kind: z.enum(CONTACT_KINDS), name: z.string(), email: z.string(), phone: z.string().nullable() }),
    ),
  })
  .meta({ id: 'Contacts' });

export const memberAnswer = z
  .object({
    userId: z.string(),
    name: z.string(),
    email: z.string(),
    emailProven: z.boolean(),
    role: z.enum(COMPANY_ROLES),
    since: instant,
  })
  .meta({ id: 'Member' });

export const membersAnswer = z.object({ items: z.array(memberAnswer) });
export const memberChange = z.strictObject({ role: z.enum(COMPANY_ROLES) });

export const invitationId = id('invitation');
export const invitationInput = z.strictObject({ email, role: z.enum(COMPANY_ROLES) });
export const invitationAnswer = z
  .object({
    id: z.string(),
    email: z.string(),
    role: z.enum(COMPANY_ROLES),
    createdAt: instant,
    expiresAt: instant,
    mailed: z.boolean(),
  })
  .meta({ id: 'Invitation' });
export const newInvitationAnswer = invitationAnswer
  .extend({ link: z.string().optional().describe('For administrators of the park to hand on, when it was not mailed; shown this once') })
  .meta({ id: 'NewInvitation' });
export const invitationsAnswer = z.object({ items: z.array(invitationAnswer) });
const secret = z.string().min(1).max(200);
export const invitationTokenInput = z.strictObject({ token: secret });
export const invitationView = z
  .object({ companyName: z.string(), email: z.string(), role: z.enum(COMPANY_ROLES), hasAccount: z.boolean() })
  .meta({ id: 'InvitationView' });
export const acceptanceInput = z.strictObject({ token: secret, name: text(100), password: z.string().min(1).max(1000) });
export const acceptanceAnswer = z.object({ userId: z.string(), email: z.string() }).meta({ id: 'Acceptance' });

export function showInvitation(invitation: Invitation): z.infer<typeof invitationAnswer> {
  return { ...invitation, createdAt: invitation.createdAt.toISOString(), expiresAt: invitation.expiresAt.toISOString() };
}

export function showCompany(company: Company): z.infer<typeof companyAnswer> {
  return { ...company, statusSince: company.statusSince.toISOString(), createdAt: company.createdAt.toISOString() };
}
