import { DomainError, formatInstant, type Instant, type Month } from '#kernel';

/**
 * How an item of the checklist is: `met`; `by-closing`, which the closing does itself; `attention`, which people accept with a reason and
 * the controller does not; `blocking`, which nobody can close over (rule T3).
 */
export const CLOSING_ITEM_STATES = ['met', 'by-closing', 'attention', 'blocking'] as const;
export type ClosingItemState = (typeof CLOSING_ITEM_STATES)[number];

/** The conditions of rule T3, in the order in which they are checked. */
export const CLOSING_CONDITIONS = ['month-over', 'month-open', 'month-before', 'lapses', 'usage'] as const;
/** What may change the figures of the month after its closing, so that people look at it first. */
export const CLOSING_ADVISORIES = ['holds', 'lost-pods', 'reconciliation', 'decisions'] as const;

/** One line of the checklist of a month. */
export interface ClosingItem<Key extends string = string> {
  readonly item: Key;
  readonly state: ClosingItemState;
  /** How many there are of what the item is about; 0 where it is met. */
  readonly count: number;
  /** What was found, in a sentence. */
  readonly detail: string;
  /** What to do about it; absent where it is met. */
  readonly remedy?: string;
}

export type ClosingCondition = ClosingItem<(typeof CLOSING_CONDITIONS)[number]>;
export type ClosingAdvisory = ClosingItem<(typeof CLOSING_ADVISORIES)[number]>;

/** What rule T3 looks at. */
export interface ConditionFacts {
  readonly month: Month;
  readonly endsAt: Instant;
  readonly now: Instant;
  /** When the month was closed; undefined while it is open. */
  readonly closedAt: Instant | undefined;
  /** The first month with entries; undefined where the ledger is empty. */
  readonly firstMonth: Month | undefined;
  /** The earliest month that is over and open; undefined where there is none. */
  readonly firstOpenMonth: Month | undefined;
  /** Number of companies with grants that ended in the month and have not lapsed. */
  readonly lapsesDue: number;
  /** Admissions with usage of the month that is not charged. */
  readonly unmetered: readonly string[];
}

/** What people look at before they close a month. */
export interface AdvisoryFacts {
  readonly month: Month;
  /** Admissions whose pods ended in the month and that still hold something. */
  readonly endedWithHolds: readonly string[];
  /** Pods of the month whose end nobody reported. */
  readonly lostPods: readonly string[];
  /** Differences of the reconciliation without a known cause, and the reasons of the first ones. */
  readonly differences: { readonly count: number; readonly reasons: readonly string[] };
  /** Decisions that move money and wait for a second person. */
  readonly pendingDecisions: readonly { readonly id: string; readonly summary: string }[];
}

/** The rule for all who want to change a closed month. */
export function insteadOfReopening(month: Month): string {
  return `A closed month is not opened again. Correct it in the open month: the refund of an incident, the reversal of a refund or of a top-up, and a claw-back take effect there and name ${month}.`;
}

function item<Key extends string>(key: Key, count: number, met: string, open: Omit<ClosingItem, 'item' | 'count'>): ClosingItem<Key> {
  return count === 0 ? { item: key, state: 'met', count, detail: met } : { item: key, count, ...open };
}

const most = (texts: readonly string[]): string => `${texts.slice(0, 3).join(', ')}${texts.length > 3 ? ', …' : ''}`;

/** The conditions under which a month can be closed (rule T3). A function of values only. */
export function closingConditions(facts: ConditionFacts): ClosingCondition[] {
  const { month, endsAt, now, closedAt, firstMonth, firstOpenMonth, lapsesDue, unmetered } = facts;
  const isKnown = firstMonth !== undefined && month >= firstMonth;
  const waitsFor = firstOpenMonth !== undefined && firstOpenMonth < month ? firstOpenMonth : undefined;
  return [
    item('month-over', now < endsAt ? 1 : 0, `${month} ended at ${formatInstant(endsAt)}.`, {
      state: 'blocking',
      detail: `${month} is not over.`,
      remedy: `Close it after ${formatInstant(endsAt)}.`,
    }),
    item('month-open', closedAt === undefined ? 0 : 1, `${month} is open.`, {
      state: 'blocking',
      detail: `${month} was closed at ${formatInstant(closedAt ?? endsAt)}.`,
      remedy: insteadOfReopening(month),
    }),
    item('month-before', isKnown && waitsFor === undefined ? 0 : 1, 'All months before it are closed.', {
      state: 'blocking',
      ...(isKnown
        ? { detail: `${waitsFor ?? ''} is still open.`, remedy: `Close ${waitsFor ?? ''} first.` }
        : {
            detail: firstMonth === undefined ? 'The ledger has no entries.' : `No entry takes effect in ${month} or before it.`,
            remedy: firstMonth === undefined ? 'There is nothing to close so far.' : `The first month with entries is ${firstMonth}.`,
          }),
    }),
    item('lapses', lapsesDue, 'All grants that ended have lapsed.', {
      state: 'by-closing',
      detail: `Grants of ${lapsesDue} companies ended in the month and have not lapsed.`,
      remedy: 'Nothing is left to do: the closing posts the lapses first.',
    }),
    item('usage', unmetered.length, `All usage of ${month} is charged.`, {
      state: 'blocking',
      detail: `${unmetered.length} admissions have usage of ${month} that is not charged: ${most(unmetered)}.`,
      remedy: 'Wait for the next metering tick, and see with mss loops that the controller runs.',
    }),
  ];
}

/** What people look at before they close a month, and accept with a reason. A function of values only. */
export function closingAdvisories(facts: AdvisoryFacts): ClosingAdvisory[] {
  const { month, endedWithHolds, lostPods, differences, pendingDecisions } = facts;
  return [
    item('holds', endedWithHolds.length, 'No job that has ended holds anything.', {
      state: 'attention',
      detail: `${endedWithHolds.length} jobs ended in the month and still hold funds: ${most(endedWithHolds)}.`,
      remedy: 'Wait until the controller has released the holds, and see with mss loops that it runs.',
    }),
    item('lost-pods', lostPods.length, 'The end of every pod is known.', {
      state: 'attention',
      detail: `The cluster reported no end of ${lostPods.length} pods: ${most(lostPods)}. They are charged up to when they were last seen running.`,
      remedy: 'Ask the operator whether they ran longer, or whether an incident is to be recorded (mss reconcile, mss incident open).',
    }),
    item('reconciliation', differences.count, 'Cluster, meter, ledger and statements agree.', {
      state: 'attention',
      detail: `Cluster, meter, ledger and statements differ in ${differences.count} places: ${most(differences.reasons)}`,
      remedy: `Look at the differences with mss reconcile ${month}.`,
    }),
    item('decisions', pendingDecisions.length, 'No decision that moves money waits for a second person.', {
      state: 'attention',
      detail: `${pendingDecisions.length} decisions that move money wait for a second person: ${most(pendingDecisions.map(({ id, summary }) => `${id} (${summary})`))}.`,
      remedy: `Have them confirmed or rejected first; after the closing they take effect in the open month and name ${month}.`,
    }),
  ];
}

/** @throws DomainError of the first condition that blocks the closing; `posted`: after the closing has done its own part */
export function requireConditions(conditions: readonly ClosingCondition[], posted = false): void {
  const open = conditions.find(({ state }) => state === 'blocking' || (posted && state === 'by-closing'));
  if (open === undefined) return;
  const { detail, remedy = '' } = open;
  const refusal = { field: '/month', detail, remedy, kind: 'conflict' as const };
  switch (open.item) {
    case 'month-over':
      throw new DomainError('month.not-over', refusal);
    case 'month-open':
      throw new DomainError('month.closed', refusal);
    case 'month-before':
      throw new DomainError('month.out-of-order', refusal);
    case 'lapses':
      throw new DomainError('month.lapses-due', refusal);
    case 'usage':
      throw new DomainError('month.unmetered', refusal);
  }
}

/** The items that people have to accept. */
export function itemsToAccept(advisories: readonly ClosingAdvisory[]): ClosingAdvisory['item'][] {
  return advisories.filter(({ state }) => state === 'attention').map(({ item: key }) => key);
}
