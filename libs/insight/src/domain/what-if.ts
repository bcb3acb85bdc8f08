import type { Freeze, GrantPosition, PaidSums, ProgrammePaid, ReplayedFunds } from '#funding';
import type { BasisPoints, Fen } from '#kernel';

/** Other terms of a programme; what is undefined stays. Caps are in the unit of the programme, null: no cap. */
export interface ProgrammeChange {
  readonly programmeId: string;
  readonly coverageBp?: BasisPoints | undefined;
  readonly monthlyCapPerTenant?: bigint | null | undefined;
  readonly capPerTenant?: bigint | null | undefined;
}

/** Another price of a GPU class, for all of its jobs. */
export interface PriceChange {
  readonly gpuClass: string;
  readonly fenPerGpuHour: Fen;
}

export interface WhatIfChanges {
  readonly programmes: readonly ProgrammeChange[];
  readonly prices: readonly PriceChange[];
}

export const NO_CHANGES: WhatIfChanges = { programmes: [], prices: [] };

/** The funds of a company with `changes`, as a copy that a replay may change. */
export function withChanges(funds: ReplayedFunds, { programmes, prices }: WhatIfChanges): ReplayedFunds {
  const termsOf = new Map(programmes.map((change) => [change.programmeId, change]));
  const priceOf = new Map(prices.map(({ gpuClass, fenPerGpuHour }) => [gpuClass, fenPerGpuHour]));
  return {
    ...funds,
    grants: funds.grants.map((grant) => changed(grant, termsOf.get(grant.programmeId))),
    use: new Map([...funds.use].map(([id, { total, byMonth }]) => [id, { total, byMonth: new Map(byMonth) }])),
    admissions: funds.admissions.map((admission) => ({
      ...admission,
      fenPerGpuHour: priceOf.get(admission.gpuClass) ?? admission.fenPerGpuHour,
      shares: new Map(),
    })),
  };
}

function changed(grant: GrantPosition, change: ProgrammeChange | undefined): GrantPosition {
  if (change === undefined) return { ...grant };
  const { coverageBp = grant.coverageBp, monthlyCapPerTenant = grant.monthlyCapPerTenant, capPerTenant = grant.capPerTenant } = change;
  return { ...grant, coverageBp, monthlyCapPerTenant, capPerTenant };
}

/** By how much, in fen of list cost, two sums disagree on who paid: the sum of all differences, none taken against another. */
export function disagreement(a: PaidSums, b: PaidSums): Fen {
  const ids = new Set([...a.programmes.keys(), ...b.programmes.keys()]);
  const programmes = [...ids].map((id) => (a.programmes.get(id)?.listFen ?? 0n) - (b.programmes.get(id)?.listFen ?? 0n));
  const parts = [...programmes, a.selfPaidFen - b.selfPaidFen, a.writtenOffFen - b.writtenOffFen];
  return parts.reduce((sum, part) => sum + (part < 0n ? -part : part), 0n);
}

export function sumOf(all: readonly PaidSums[]): PaidSums {
  const programmes = new Map<string, ProgrammePaid>();
  for (const [id, { unit, paid, listFen }] of all.flatMap((sums) => [...sums.programmes])) {
    const known = programmes.get(id);
    programmes.set(id, { unit, paid: paid + (known?.paid ?? 0n), listFen: listFen + (known?.listFen ?? 0n) });
  }
  const sum = (of: (sums: PaidSums) => bigint): bigint => all.reduce((so, sums) => so + of(sums), 0n);
  return {
    ...{ programmes, gpuSeconds: sum(({ gpuSeconds }) => gpuSeconds), listFen: sum(({ listFen }) => listFen) },
    ...{ selfPaidFen: sum(({ selfPaidFen }) => selfPaidFen), writtenOffFen: sum(({ writtenOffFen }) => writtenOffFen) },
    unfundedGpuSeconds: sum(({ unfundedGpuSeconds }) => unfundedGpuSeconds),
  };
}

/** The freezes of one company's grants. */
export function freezesOf(grants: readonly GrantPosition[], freezes: readonly Freeze[]): Freeze[] {
  const own = new Set(grants.map(({ id }) => id));
  return freezes.filter(({ grantId }) => own.has(grantId));
}
