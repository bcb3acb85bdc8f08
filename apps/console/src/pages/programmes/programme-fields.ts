import type { operations } from '#api-client';
import type { Programme } from '../../api/everything.ts';
import { endOfDay, formatDay, lastDayBefore, startOfDay } from '../../app/format.ts';

type NewTerms = Omit<operations['programmes.create']['requestBody']['content']['application/json'], 'code'>;
type Change = operations['programmes.change']['requestBody']['content']['application/json'];

/** The terms as a person types them: days, per cent, and amounts that may be left out. */
export interface ProgrammeFields {
  readonly code: string;
  readonly name: string;
  readonly funder: string;
  readonly unit: 'CNY' | 'GPU_SECONDS';
  readonly classes: string[];
  readonly coveragePercent: number;
  readonly priority: number;
  readonly firstDay: string | undefined;
  readonly lastDay: string | undefined;
  readonly applicationFirstDay: string | undefined;
  readonly applicationLastDay: string | undefined;
  readonly capPerTenant: number | undefined;
  readonly monthlyCapPerTenant: number | undefined;
  readonly secondApprovalAbove: number | undefined;
  readonly carryOver: boolean;
  readonly reviewDays: number;
  readonly decisionDays: number;
  readonly requiredAttachments: { readonly kind: string; readonly name: string }[];
}

/** The fields at which a fault is shown. */
export const POINTERS = [
  ...[
    '/name',
    '/code',
    '/funder',
    '/unit',
    '/classes',
    '/coverageBp',
    '/validFrom',
    '/validUntil',
    '/applicationFrom',
    '/applicationUntil',
  ],
  ...['/capPerTenant', '/monthlyCapPerTenant', '/secondApprovalAbove', '/priority', '/reviewDays', '/decisionDays', '/requiredAttachments'],
] as const;

const USUAL_DAYS = 5;
const USUAL_PRIORITY = 10;

export function fieldsOf(programme: Programme | undefined, timeZone: string): ProgrammeFields {
  const lastDay = (until: string | null | undefined) => (typeof until === 'string' ? lastDayBefore(until, timeZone) : undefined);
  const firstDay = (from: string | null | undefined) => (typeof from === 'string' ? formatDay(from, timeZone) : undefined);
  return {
    code: programme?.code ?? '',
    name: programme?.name ?? '',
    funder: programme?.funder ?? '',
    unit: programme?.unit ?? 'CNY',
    classes: programme?.classes ?? [],
    coveragePercent: (programme?.coverageBp ?? 5_000) / 100,
    priority: programme?.priority ?? USUAL_PRIORITY,
    firstDay: firstDay(programme?.validFrom),
    lastDay: lastDay(programme?.validUntil),
    applicationFirstDay: firstDay(programme?.applicationFrom),
    applicationLastDay: lastDay(programme?.applicationUntil),
    capPerTenant: programme?.capPerTenant ?? undefined,
    monthlyCapPerTenant: programme?.monthlyCapPerTenant ?? undefined,
    secondApprovalAbove: programme?.secondApprovalAbove ?? undefined,
    carryOver: programme?.carryOver ?? false,
    reviewDays: programme?.reviewDays ?? USUAL_DAYS,
    decisionDays: programme?.decisionDays ?? USUAL_DAYS,
    requiredAttachments: programme?.requiredAttachments ?? [],
  };
}

export function termsOf(fields: ProgrammeFields, timeZone: string): NewTerms {
  const { firstDay = '', lastDay = '', applicationFirstDay, applicationLastDay } = fields;
  return {
    ...{ name: fields.name, funder: fields.funder, unit: fields.unit, classes: fields.classes, priority: fields.priority },
    coverageBp: Math.round(fields.coveragePercent * 100),
    validFrom: startOfDay(firstDay, timeZone),
    validUntil: endOfDay(lastDay, timeZone),
    applicationFrom: applicationFirstDay === undefined ? null : startOfDay(applicationFirstDay, timeZone),
    applicationUntil: applicationLastDay === undefined ? null : endOfDay(applicationLastDay, timeZone),
    capPerTenant: fields.capPerTenant ?? null,
    monthlyCapPerTenant: fields.monthlyCapPerTenant ?? null,
    secondApprovalAbove: fields.secondApprovalAbove ?? null,
    ...{ carryOver: fields.carryOver, reviewDays: fields.reviewDays, decisionDays: fields.decisionDays },
    requiredAttachments: fields.requiredAttachments,
  };
}

/** The terms that differ from those of `programme`. A day that nobody changed keeps its instant. */
export function changedTerms(programme: Programme, before: ProgrammeFields, after: ProgrammeFields, timeZone: string): Change {
  const terms = termsOf(after, timeZone);
  const old = termsOf(before, timeZone);
  const changed = Object.entries(terms).filter(
    ([name, value]) =>
      JSON.stringify(value) !== JSON.stringify(old[name as keyof NewTerms]) &&
      JSON.stringify(value) !== JSON.stringify(programme[name as keyof Programme]),
  );
  return Object.fromEntries(changed);
}
