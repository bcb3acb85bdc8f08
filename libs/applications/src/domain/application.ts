/** What is asked for: a new grant, one after another, more or longer; or, raised by the park, a freeze or a claw-back. */
export const APPLICATION_KINDS = ['grant', 'renewal', 'increase', 'extension', 'freeze', 'claw-back'] as const;
export type ApplicationKind = (typeof APPLICATION_KINDS)[number];
/** Kinds a company asks for. */
export const COMPANY_KINDS = ['grant', 'renewal', 'increase', 'extension'] as const satisfies readonly ApplicationKind[];
/** Kinds the park proposes. */
export const PARK_KINDS = ['freeze', 'claw-back'] as const satisfies readonly ApplicationKind[];
export type ParkKind = (typeof PARK_KINDS)[number];

export function isParkKind(kind: ApplicationKind): kind is ParkKind {
  return (PARK_KINDS as readonly ApplicationKind[]).includes(kind);
}

export const APPLICATION_STATUSES = [
  'draft',
  'submitted',
  'returned',
  'recommended',
  'endorsed',
  'approved',
  'rejected',
  'withdrawn',
] as const;
export type ApplicationStatus = (typeof APPLICATION_STATUSES)[number];

export const APPLICATION_ACTIONS = [
  'created',
  'submitted',
  'recommended',
  'returned',
  'declined',
  'endorsed',
  'approved',
  'rejected',
  'withdrawn',
  'due-soon',
  'overdue',
] as const;
/** A step of an application, or a reminder of one. */
export type ApplicationAction = (typeof APPLICATION_ACTIONS)[number];

/** How much, in the programme's unit, and until when; null where the kind asks for none. */
export interface Terms {
  readonly amount: bigint | null;
  readonly validUntil: Date | null;
}

/** A person's decision on an application in its present round. */
export interface Decision extends Terms {
  readonly by: string;
}

/** Whether the company may read it: what the park proposes about its grants, only once it took effect. */
export function isShownToCompany({ kind, status }: Pick<Application, 'kind' | 'status'>): boolean {
  return !isParkKind(kind) || status === 'approved';
}

/** What the applicant writes. */
export interface ApplicationContent extends Terms {
  readonly validFrom: Date | null;
  readonly purpose: string;
  /** What the GPUs are for and how they will be used. */
  readonly plan: string;
  readonly contactName: string;
  readonly contactPhone: string;
}

/** What was in force when an application was submitted: later changes do not touch it. */
export interface SubmissionTerms {
  /** Above it, a second final approval is needed; null: never. */
  readonly secondApprovalAbove: bigint | null;
  /** The people of the company: none of them decides, even after they have left it. */
  readonly members: readonly string[];
}

export interface Application extends ApplicationContent {
  readonly id: string;
  readonly kind: ApplicationKind;
  readonly programmeId: string;
  readonly tenantId: string;
  /** The grant it is about; the one to follow for a renewal; null for a new grant. */
  readonly grantId: string | null;
  readonly status: ApplicationStatus;
  /** How often it was submitted: a return for changes begins a new round. */
  readonly round: number;
  readonly submittedBy: string | null;
  readonly submittedAt: Date | null;
  /** Of its present round; null for a draft, for a proposal of the park, and for what was submitted before this was kept. */
  readonly submission: SubmissionTerms | null;
  readonly recommendation: Decision | null;
  /** The first of two final approvals. */
  readonly endorsement: Decision | null;
  readonly approval: Decision | null;
  /** What a proposed claw-back keeps held of its grant until it is decided. */
  readonly held: bigint;
  /** When the next step of the park is due. */
  readonly dueAt: Date | null;
  readonly decidedAt: Date | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
}

export const EMPTY_CONTENT: ApplicationContent = {
  amount: null,
  validFrom: null,
  validUntil: null,
  purpose: '',
  plan: '',
  contactName: '',
  contactPhone: '',
};
