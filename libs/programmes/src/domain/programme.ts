import { type BasisPoints, DomainError, FULL_BASIS_POINTS, type Instant, instantOf, type Unit } from '#kernel';

export const PROGRAMME_STATUSES = ['draft', 'open', 'paused', 'closed'] as const;
export type ProgrammeStatus = (typeof PROGRAMME_STATUSES)[number];

/** An attachment that an application must have. */
export interface RequiredAttachment {
  /** The kind of the attachment, such as `business-licence`. */
  readonly kind: string;
  /** What people read, such as 营业执照. */
  readonly name: string;
}

/** What a programme pays, for whom, and how one applies; amounts are fen or GPU-seconds by `unit`. */
export interface ProgrammeTerms {
  readonly name: string;
  readonly funder: string;
  readonly unit: Unit;
  readonly coverageBp: BasisPoints;
  /** Stacking order among programmes whose grants expire together: the lower pays first (rule F1). */
  readonly priority: number;
  readonly classes: readonly string[];
  readonly monthlyCapPerTenant: bigint | null;
  readonly capPerTenant: bigint | null;
  /** An unspent grant is prolonged once, by its own length, instead of lapsing. */
  readonly carryOver: boolean;
  readonly validFrom: Date;
  readonly validUntil: Date;
  /** Applications are taken in [applicationFrom, applicationUntil); null: as long as the programme is open. */
  readonly applicationFrom: Date | null;
  readonly applicationUntil: Date | null;
  readonly requiredAttachments: readonly RequiredAttachment[];
  /** Approvals above this amount need a second final approval; null: one is enough. */
  readonly secondApprovalAbove: bigint | null;
  /** Calendar days until a first review, and until each final decision, is due. */
  readonly reviewDays: number;
  readonly decisionDays: number;
}

/** A budget pool of a funder. What is left of the budget is on its ledger account. */
export interface Programme extends ProgrammeTerms {
  readonly id: string;
  readonly code: string;
  readonly status: ProgrammeStatus;
  readonly version: number;
}

type LaterTerms = 'applicationFrom' | 'applicationUntil' | 'requiredAttachments' | 'secondApprovalAbove' | 'reviewDays' | 'decisionDays';

/** The terms of a new programme. Defaults: no window, no required attachments, one final approval, five days for each step. */
export type NewProgramme = Omit<ProgrammeTerms, LaterTerms> &
  Partial<Pick<ProgrammeTerms, LaterTerms>> & { readonly id?: string; readonly code: string; readonly status?: ProgrammeStatus };

export type ProgrammeChange = Partial<ProgrammeTerms>;

const NEXT: Readonly<Record<ProgrammeStatus, readonly ProgrammeStatus[]>> = {
  draft: ['open', 'closed'],
  open: ['paused', 'closed'],
  paused: ['open', 'closed'],
  closed: [],
};

/** Terms that charges are computed from: they change in a draft only. */
const FIXED_ONCE_OPEN = ['unit', 'coverageBp', 'classes'] as const satisfies readonly (keyof ProgrammeTerms)[];

function refuse(code: string, field: string, detail: string, remedy: string): never {
  throw new DomainError(code, { field, detail, remedy });
}

/** The terms with defaults for those that are left out. */
export function termsOf(input: NewProgramme): ProgrammeTerms {
  return {
    ...input,
    applicationFrom: input.applicationFrom ?? null,
    applicationUntil: input.applicationUntil ?? null,
    requiredAttachments: input.requiredAttachments ?? [],
    secondApprovalAbove: input.secondApprovalAbove ?? null,
    reviewDays: input.reviewDays ?? 5,
    decisionDays: input.decisionDays ?? 5,
  };
}

/** @throws DomainError `programme.…` naming the first invalid term and the remedy */
export function requireSoundTerms(terms: ProgrammeTerms): void {
  if (terms.name.trim() === '') refuse('programme.name', '/name', 'A programme has a name.', 'Give the name people apply under.');
  if (terms.funder.trim() === '') refuse('programme.funder', '/funder', 'A programme has a funder.', 'Name who pays, such as 徐汇区.');
  if (terms.validFrom >= terms.validUntil) {
    refuse('programme.validity', '/validUntil', 'The period of a programme ends after it begins.', 'Give a later end.');
  }
  if (terms.coverageBp < 0n || terms.coverageBp > FULL_BASIS_POINTS) {
    refuse('programme.coverage', '/coverageBp', 'A programme covers between 0 and 100 %.', 'Give basis points: 5000 is 50 %.');
  }
  if (terms.classes.length === 0 || new Set(terms.classes).size !== terms.classes.length) {
    refuse('programme.classes', '/classes', 'A programme names at least one GPU class, and each once.', 'List the classes it pays for.');
  }
  if (terms.unit === 'GPU_SECONDS') requireSecondsTerms(terms);
  requireAmount(terms.monthlyCapPerTenant, '/monthlyCapPerTenant');
  requireAmount(terms.capPerTenant, '/capPerTenant');
  requireAmount(terms.secondApprovalAbove, '/secondApprovalAbove');
  requireDays(terms.reviewDays, '/reviewDays');
  requireDays(terms.decisionDays, '/decisionDays');
  if (terms.applicationFrom !== null && terms.applicationUntil !== null && terms.applicationFrom >= terms.applicationUntil) {
    refuse('programme.window', '/applicationUntil', 'The application window ends after it begins.', 'Give a later end, or none.');
  }
  const kinds = terms.requiredAttachments.map(({ kind }) => kind);
  if (kinds.some((kind) => !/^[a-z0-9][a-z0-9-]{0,39}$/.test(kind)) || new Set(kinds).size !== kinds.length) {
    refuse(
      'programme.attachments',
      '/requiredAttachments',
      'The kinds of required attachments are short words, each used once.',
      'Use lower-case letters, digits and "-", such as business-licence.',
    );
  }
}

function requireSecondsTerms(terms: ProgrammeTerms): void {
  if (terms.classes.length !== 1) {
    refuse(
      'programme.classes',
      '/classes',
      'A programme in GPU-seconds names exactly one GPU class.',
      'Name one class, or make one programme per class.',
    );
  }
  if (terms.coverageBp !== FULL_BASIS_POINTS) {
    refuse('programme.coverage', '/coverageBp', 'A programme in GPU-seconds covers its seconds in full.', 'Set coverageBp to 10000.');
  }
}

function requireAmount(amount: bigint | null, field: string): void {
  if (amount === null || amount >= 0n) return;
  refuse('programme.amount-negative', field, 'A limit is not negative.', 'Give an amount from 0, or none for no limit.');
}

function requireDays(days: number, field: string): void {
  if (Number.isInteger(days) && days >= 1 && days <= 365) return;
  refuse('programme.days', field, `${days} is not a number of days to decide in.`, 'Give a whole number from 1 to 365.');
}

/** The programme after `change`. @throws DomainError `programme.closed`, `programme.fixed`, and those of `requireSoundTerms` */
export function changedProgramme(programme: Programme, change: ProgrammeChange): Programme {
  if (programme.status === 'closed') throw closed('A closed programme does not change.');
  const changed: Programme = { ...programme, ...change };
  const fixed = FIXED_ONCE_OPEN.find((term) => programme.status !== 'draft' && String(changed[term]) !== String(programme[term]));
  if (fixed !== undefined) {
    throw new DomainError('programme.fixed', {
      field: `/${fixed}`,
      detail: `Grants are charged by this term already; it cannot change once the programme was opened.`,
      remedy: 'Close the programme and make a new one with the other terms.',
      kind: 'conflict',
    });
  }
  requireSoundTerms(changed);
  return changed;
}

/** @throws DomainError `programme.closed` or `programme.status` where the programme may not become `next` */
export function requireTransition(programme: Programme, next: ProgrammeStatus): void {
  if (NEXT[programme.status].includes(next)) return;
  if (programme.status === 'closed') throw closed('A closed programme stays closed.');
  throw new DomainError('programme.status', {
    field: '/status',
    detail: `A programme that is ${programme.status} cannot become ${next}.`,
    remedy: `It may become ${NEXT[programme.status].join(' or ')}.`,
    kind: 'conflict',
  });
}

function closed(detail: string): DomainError {
  return new DomainError('programme.closed', { detail, remedy: 'Create a new one.', kind: 'conflict' });
}

/** @throws DomainError `programme.not-open` when it promises nothing new */
export function requireOpen(programme: Programme): void {
  if (programme.status === 'open') return;
  throw new DomainError('programme.not-open', {
    field: '/programmeId',
    detail: `The programme ${programme.name} is ${programme.status}.`,
    remedy: 'Wait until it opens, or choose another programme.',
    kind: 'conflict',
  });
}

/** @throws DomainError `programme.not-open`, `programme.outside-window` when no application is taken at `at` */
export function requireTakesApplications(programme: Programme, at: Instant): void {
  requireOpen(programme);
  const { applicationFrom, applicationUntil } = programme;
  if (applicationFrom !== null && at < instantOf(applicationFrom)) {
    throw new DomainError('programme.outside-window', {
      field: '/programmeId',
      detail: `Applications are taken from ${applicationFrom.toISOString()}.`,
      remedy: 'Submit once the window is open; the draft stays.',
      kind: 'conflict',
    });
  }
  if (applicationUntil === null || at < instantOf(applicationUntil)) return;
  throw new DomainError('programme.outside-window', {
    field: '/programmeId',
    detail: `Applications were taken until ${applicationUntil.toISOString()}.`,
    remedy: 'Choose another programme, or ask the park for another round.',
    kind: 'conflict',
  });
}
