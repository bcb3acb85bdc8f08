/** What is asked for: a new grant, one after another, more or longer; or, raised by the park, a freeze or a claw-back. */
export const APPLICATION_KINDS = ['grant', 'renewal', 'increase', 'extension', 'freeze', 'claw-back'] as const;
export type ApplicationKind = (typeof APPLICATION_KINDS)[number];
/** Kinds a company asks for. */
export const COMPANY_KINDS = ['grant', 'renewal', 'increase', 'extension'] as const satisfies readonly ApplicationKind[];
/** Kinds the park proposes. */
export const PARK_KINDS = ['freeze', 'claw-back'] as const satisfies readonly ApplicationKind[];
export type ParkKind = (typeof PARK_KINDS)[number];

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

export type ApplicationAction =
  | 'created'
  | 'submitted'
  | 'recommended'
  | 'returned'
  | 'declined'
  | 'endorsed'
  | 'approved'
  | 'rejected'
  | 'withdrawn'
  | 'due-soon'
  | 'overdue';

/** How much, in the programme's unit, and until when; null where the kind asks for none. */
export interface Terms {
  readonly amount: bigint | null;
  readonly validUntil: Date | null;
}

/** A person's word on an application in its present round. */
export interface Word extends Terms {
  readonly by: string;
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
  readonly recommendation: Word | null;
  /** The first of two final approvals. */
  readonly endorsement: Word | null;
  readonly approval: Word | null;
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
