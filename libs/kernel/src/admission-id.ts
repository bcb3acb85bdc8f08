import { invariant } from './invariant.ts';

/** One attempt of a job: it is funded, placed and metered on its own. */
export interface AttemptKey {
  readonly jobId: string;
  /** Counts from 1. */
  readonly attempt: number;
}

const ADMISSION_ID = /^(.+)\/(\d+)$/;

/** The id of the admission of an attempt, such as `job_01j…/2`. In SQL: the function `admission_id`. */
export function admissionIdOf({ jobId, attempt }: AttemptKey): string {
  return `${jobId}/${attempt}`;
}

/** The attempt that an admission id names: the inverse of `admissionIdOf`. */
export function attemptOfAdmission(admissionId: string): AttemptKey {
  const [, jobId, attempt] = ADMISSION_ID.exec(admissionId) ?? [];
  invariant(jobId !== undefined, `${admissionId} is the id of an admission`);
  return { jobId, attempt: Number(attempt) };
}
