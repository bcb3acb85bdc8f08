import type { components } from '#api-client';
import type { Programme } from '../../api/everything.ts';
import type { PriceChange, ProgrammeChange, WhatIfSearch } from './search.ts';

export type GpuClass = components['schemas']['GpuClass'];

/** What a person typed over the present terms; a field that nobody touched is absent. NaN: what is typed is no amount. */
export interface Typed {
  readonly from: string;
  readonly until: string;
  /** By programme. An absent cap and an empty one differ: an empty one is no cap. */
  readonly programmes: Readonly<Record<string, TypedTerms>>;
  /** Fen for a GPU-hour by GPU class; undefined while the field is empty. */
  readonly prices: Readonly<Record<string, number | undefined>>;
}

export interface TypedTerms {
  readonly coverageBp?: number | undefined;
  readonly monthlyCapPerTenant?: number | null;
  readonly capPerTenant?: number | null;
}

export function typedOf({ from, until, programmes = [], gpuClasses = [] }: WhatIfSearch, months: { from: string; until: string }): Typed {
  return {
    from: from ?? months.from,
    until: until ?? months.until,
    programmes: Object.fromEntries(programmes.map(({ programmeId, ...terms }) => [programmeId, terms])),
    prices: Object.fromEntries(gpuClasses.map(({ gpuClass, fenPerGpuHour }) => [gpuClass, fenPerGpuHour])),
  };
}

/** The terms that differ from the present ones. */
export function changesOf(
  { programmes, prices }: Typed,
  present: { readonly programmes: readonly Programme[]; readonly classes: readonly GpuClass[] },
): Required<Pick<WhatIfSearch, 'programmes' | 'gpuClasses'>> {
  return {
    programmes: present.programmes.flatMap((programme): ProgrammeChange[] => {
      const typed = programmes[programme.id] ?? {};
      const changed = Object.entries(typed).filter(([name, value]) => value !== programme[name as keyof TypedTerms]);
      return changed.length === 0 ? [] : [{ programmeId: programme.id, ...Object.fromEntries(changed) }];
    }),
    gpuClasses: present.classes.flatMap(({ code, listPriceFen }): PriceChange[] => {
      const fenPerGpuHour = prices[code];
      return fenPerGpuHour === undefined || fenPerGpuHour === listPriceFen ? [] : [{ gpuClass: code, fenPerGpuHour }];
    }),
  };
}

/** Whether each touched field has a value that the API may get. */
export function isComplete({ programmes, prices }: Typed): boolean {
  const coverages = Object.values(programmes).flatMap((terms) => ('coverageBp' in terms ? [terms.coverageBp] : []));
  const caps = Object.values(programmes).flatMap(({ monthlyCapPerTenant = null, capPerTenant = null }) => [
    monthlyCapPerTenant,
    capPerTenant,
  ]);
  return (
    [...coverages, ...Object.values(prices)].every((value) => value !== undefined && !Number.isNaN(value)) &&
    caps.every((cap) => !Number.isNaN(cap))
  );
}

/** The `count` months that have ended before `month`. */
export function monthsBefore(month: string, count: number): { readonly from: string; readonly until: string } {
  return { from: monthLess(month, count), until: monthLess(month, 1) };
}

function monthLess(month: string, count: number): string {
  const at = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 - count;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
}
