import type { CreditCode } from './domain/credit-code.ts';

export const COMPANY_STATUSES = ['active', 'suspended', 'graduated'] as const;
/**
 * `suspended`: no new jobs, holds or grants; running jobs are warned, stopped gracefully after a notice, and can be resumed. `graduated`:
 * its people read, and write nothing (no jobs, applications, members, contacts); running jobs are drained in the same way, and its grants
 * end at that instant and lapse (rule F8). The park may reverse either. What has lapsed by then needs a new grant.
 */
export type CompanyStatus = (typeof COMPANY_STATUSES)[number];

export const CONTACT_KINDS = ['legal', 'finance', 'technical', 'general'] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];

/** A tenant: a start-up of the incubator. */
export interface Company {
  readonly id: string;
  /** DNS label, part of its namespace in the cluster. */
  readonly slug: string;
  readonly name: string;
  readonly creditCode: CreditCode;
  readonly status: CompanyStatus;
  readonly statusSince: Date;
  readonly statusReason: string | null;
  /** First and last-but-one day of its incubation, as `2026-10-01`. */
  readonly incubationFrom: string | null;
  readonly incubationUntil: string | null;
  readonly createdAt: Date;
  /** Counts changes; an `If-Match` names it. */
  readonly version: number;
}

export interface Contact {
  readonly id: string;
  readonly kind: ContactKind;
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
}
