/** Other terms of a programme, as the API takes them; what is left out stays as it is. */
export interface ProgrammeChange {
  readonly programmeId: string;
  readonly coverageBp?: number;
  /** In the unit of the programme; null: no cap. */
  readonly monthlyCapPerTenant?: number | null;
  readonly capPerTenant?: number | null;
}

export interface PriceChange {
  readonly gpuClass: string;
  readonly fenPerGpuHour: number;
}

/** What the page replays, in its address. */
export interface WhatIfSearch {
  /** First and last month, such as `2026-08`. */
  readonly from?: string;
  readonly until?: string;
  readonly programmes?: readonly ProgrammeChange[];
  readonly gpuClasses?: readonly PriceChange[];
  readonly sort?: string;
  readonly columns?: string;
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** What an address says that this page understands; the rest is left out. */
export function parseSearch(search: Record<string, unknown>): WhatIfSearch {
  const { from, until, sort, columns } = search;
  const programmes = list(search['programmes']).flatMap(programmeChange);
  const gpuClasses = list(search['gpuClasses']).flatMap(priceChange);
  return {
    ...(typeof from === 'string' && MONTH.test(from) && { from }),
    ...(typeof until === 'string' && MONTH.test(until) && { until }),
    ...(programmes.length > 0 && { programmes }),
    ...(gpuClasses.length > 0 && { gpuClasses }),
    ...(typeof sort === 'string' && { sort }),
    ...(typeof columns === 'string' && { columns }),
  };
}

function list(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null) : [];
}

const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isCap = (value: unknown): value is number | null => value === null || isAmount(value);

function programmeChange({ programmeId, coverageBp, monthlyCapPerTenant, capPerTenant }: Record<string, unknown>): ProgrammeChange[] {
  if (typeof programmeId !== 'string') return [];
  return [
    {
      programmeId,
      ...(isAmount(coverageBp) && { coverageBp }),
      ...(isCap(monthlyCapPerTenant) && { monthlyCapPerTenant }),
      ...(isCap(capPerTenant) && { capPerTenant }),
    },
  ];
}

function priceChange({ gpuClass, fenPerGpuHour }: Record<string, unknown>): PriceChange[] {
  return typeof gpuClass === 'string' && isAmount(fenPerGpuHour) ? [{ gpuClass, fenPerGpuHour }] : [];
}
