import { z } from 'zod';
import { ACTIONS, EMAIL_PROOFS, PARK_ROLES, ROLES, TOKEN_SCOPES } from '#identity';
import { waitingDecision } from '../decisions/decision.schemas.ts';
import { email, id, instant, instantInput, text } from '../http/wire.ts';

const keepIn = z
  .enum(['body', 'cookie'])
  .default('body')
  .describe('Where the refresh token goes: into the answer, or into an httpOnly cookie that scripts cannot read');

export const password = z.string().min(1).max(1000);
export const totpCode = z.string().regex(/^\d{6}$/, 'Six digits');

export const signInInput = z.strictObject({ email, password, code: totpCode.optional(), keepIn });
export const refreshInput = z.strictObject({ refreshToken: z.string().max(200).optional().describe('Absent: taken from the cookie') });

export const tokensAnswer = z
  .object({
    accessToken: z.string(),
    tokenType: z.literal('Bearer'),
    expiresInSeconds: z.int(),
    refreshToken: z.string().optional().describe('Absent when it went into the cookie'),
    sessionId: z.string(),
  })
  .meta({ id: 'Tokens' });

export const signInMethodsAnswer = z
  .object({
    password: z.boolean(),
    oidc: z.boolean().describe('Whether this deployment has an OpenID provider: a browser goes to `/api/v1/auth/oidc/start`'),
    demo: z.boolean().describe('Whether this is a demo whose people sign in with one click'),
  })
  .meta({ id: 'SignInMethods' });

export const meAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    emailProven: z.boolean().describe('Whether it was shown that the account belongs to the person of the address'),
    roles: z.array(z.enum(ROLES)).describe('In the capacity of this request'),
    companyId: z.string().optional().describe('The company acted for'),
    parkRoles: z.array(z.enum(ROLES)),
    companies: z.array(z.object({ id: z.string(), slug: z.string(), name: z.string(), status: z.string(), role: z.enum(ROLES) })),
    actions: z.array(z.enum(ACTIONS as [string, ...string[]])).describe('What may be done in this capacity'),
    hasTotp: z.boolean(),
    awaitsSecondFactor: z.boolean(),
    timeZone: z.string().describe('Where days and business months begin in this park: a name of the IANA database'),
  })
  .meta({ id: 'Me' });

export const sessionAnswer = z
  .object({
    id: z.string(),
    current: z.boolean(),
    method: z.enum(['password', 'oidc']),
    secondFactor: z.boolean(),
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
    createdAt: instant,
    lastUsedAt: instant,
    expiresAt: instant,
  })
  .meta({ id: 'Session' });

export const personalTokenInput = z.strictObject({
  name: text(100),
  scopes: z
    .array(z.enum(TOKEN_SCOPES as [string, ...string[]]))
    .min(1)
    .max(100),
  expiresAt: instantInput,
});

export const personalTokenAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    companyId: z.string().nullable(),
    scopes: z.array(z.string()),
    createdAt: instant,
    expiresAt: instant,
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: 'PersonalToken' });

export const newPersonalTokenAnswer = personalTokenAnswer
  .extend({ token: z.string().describe('Shown this once') })
  .meta({ id: 'NewPersonalToken' });

export const sessionId = id('session');
export const personalTokenId = id('pat');

export const totpEnrolmentAnswer = z
  .object({ secret: z.string(), uri: z.string().describe('For a QR code') })
  .meta({ id: 'TotpEnrolment' });
export const totpCodeInput = z.strictObject({ code: totpCode });

const secret = z.string().min(1).max(200);
export const passwordChange = z.strictObject({ present: password, password });
export const passwordLinkRequest = z.strictObject({ email });
export const passwordChoice = z.strictObject({ token: secret, password });

export const userAnswer = z
  .object({
    id: z.string(),
    email: z.string(),
    emailProvenBy: z
      .enum(EMAIL_PROOFS)
      .nullable()
      .describe(
        'How it was shown that the account belongs to the person of the address; null: it was not, and no role for the park is given',
      ),
    name: z.string(),
    status: z.enum(['active', 'disabled']),
    parkRoles: z.array(z.enum(PARK_ROLES)),
    hasPassword: z.boolean(),
    hasTotp: z.boolean(),
    createdAt: instant,
  })
  .meta({ id: 'User' });
export const userInput = z.strictObject({ email, name: text(100) });
const sentLink = { mailed: z.boolean(), link: z.string().optional().describe('To hand on, when it was not mailed; proves nothing') };
export const newUserAnswer = z.object({ user: userAnswer, ...sentLink }).meta({ id: 'NewUser' });
export const sentLinkAnswer = z.object(sentLink).meta({ id: 'SentLink' });
export const vouchInput = z.strictObject({ reason: text(500).describe("How the administrator knows that the account is that person's") });
export const rolesAnswer = userAnswer.extend({ decision: waitingDecision }).meta({ id: 'UserRoles' });
export const parkRolesChange = z.strictObject({ parkRoles: z.array(z.enum(PARK_ROLES)).max(PARK_ROLES.length) });
export const userStatusChange = z.strictObject({ status: z.enum(['active', 'disabled']) });
