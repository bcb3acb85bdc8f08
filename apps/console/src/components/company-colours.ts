import { useCallback, useMemo } from 'react';
import { useCompanies } from '../api/everything.ts';
import { PALETTE } from '../app/tokens.ts';

export interface CompanyLook {
  readonly colour: string;
  /** Which texture tells companies with the same colour apart: 0 is plain. */
  readonly texture: number;
}

/** The colour and texture of each company. A company has the same ones on every page, by its place among all companies. */
export function useCompanyLook(): (companyId: string) => CompanyLook {
  const companies = useCompanies();
  const places = useMemo(() => new Map([...(companies?.keys() ?? [])].toSorted().map((id, place) => [id, place])), [companies]);
  return useCallback(
    (companyId) => {
      const place = places.get(companyId) ?? 0;
      return { colour: PALETTE[place % PALETTE.length] ?? PALETTE[0], texture: Math.floor(place / PALETTE.length) % TEXTURES };
    },
    [places],
  );
}

/** How many textures the style sheets have. */
const TEXTURES = 3;
