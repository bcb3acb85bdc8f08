import { DomainError } from '#kernel';

/** One thing that is wrong with a submitted job. */
export interface JobFault {
  /** JSON pointer into the job file. */
  readonly field: string;
  readonly detail: string;
  readonly remedy: string;
}

/** A job that can never run as it is written. It has all faults; the first one is also the text of the error. */
export class JobRefused extends DomainError {
  constructor(
    code: string,
    readonly faults: readonly [JobFault, ...JobFault[]],
  ) {
    super(code, faults[0]);
    this.name = 'JobRefused';
  }
}

/** @throws JobRefused `job.invalid` when there are any `faults` */
export function refuseIfAny(faults: readonly JobFault[]): void {
  const [first, ...rest] = faults;
  if (first !== undefined) throw new JobRefused('job.invalid', [first, ...rest]);
}
