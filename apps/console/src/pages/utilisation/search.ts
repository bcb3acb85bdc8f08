/** What the address of the page holds. */
export const PERIODS = ['day', 'week', 'month'] as const;
export type PeriodName = (typeof PERIODS)[number];

export interface UtilisationSearch {
  /** Absent: a week. */
  readonly period?: PeriodName;
  readonly gpuClass?: string;
  /** How many periods ago; absent: the present one. */
  readonly ago?: number;
}
