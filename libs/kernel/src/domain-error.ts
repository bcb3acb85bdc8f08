/** How an error is to be understood by a caller; HTTP and the command line map it to a status and an exit code. */
export type DomainErrorKind =
  'invalid' | 'unauthenticated' | 'forbidden' | 'not-found' | 'conflict' | 'stale' | 'unavailable' | 'too-many' | 'unknown-outcome';

export interface DomainErrorDetails {
  /** JSON pointer to the input at fault, such as `/spec/maxRuntime`. */
  readonly field?: string;
  /** What is wrong, in a sentence for a person. */
  readonly detail: string;
  /** What to do about it. */
  readonly remedy?: string;
  readonly kind?: DomainErrorKind;
}

/** A refusal with a stable `code`: what is wrong, where, and what to do. Its text is for people; nobody parses it. */
export class DomainError extends Error {
  readonly code: string;
  readonly kind: DomainErrorKind;
  readonly field: string | undefined;
  readonly detail: string;
  readonly remedy: string | undefined;

  constructor(code: string, details: DomainErrorDetails) {
    super(`${code}: ${details.detail}`);
    this.code = code;
    this.name = 'DomainError';
    this.kind = details.kind ?? 'invalid';
    this.field = details.field;
    this.detail = details.detail;
    this.remedy = details.remedy;
  }
}
