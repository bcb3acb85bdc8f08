import type { Unit } from '#kernel';

/** What a company was given of a programme. What is left of it is on its ledger accounts. */
export interface Grant {
  readonly id: string;
  readonly programmeId: string;
  readonly tenantId: string;
  readonly unit: Unit;
  readonly name: string;
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly frozen: boolean;
  readonly carriedOver: boolean;
  readonly applicationId: string | null;
  readonly openedAt: Date;
  /** It expired and lapsed: what comes back later lapses by an entry of its own. */
  readonly lapsed: boolean;
  /** Amendments, freezes, claw-backs and lapses so far: numbers the next one. */
  readonly changes: number;
}
