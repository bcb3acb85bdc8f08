import { useCallback, useMemo } from 'react';
import { $api } from '../api/client.ts';
import { useMay } from '../api/session.ts';
import { PALETTE, SELF_PAID_COLOUR, WRITTEN_OFF_COLOUR } from '../app/tokens.ts';

/** Who pays for usage: a programme by its grants, the company's own money, or nobody: then the park writes it off. */
export type Payer = { readonly programmeId: string } | 'self-paid' | 'written-off';

/** The colour of each payer. A programme has the same one on every page, by its place among all programmes. */
export function usePayerColour(): (payer: Payer) => string {
  const enabled = useMay('programme.read');
  const { data } = $api.useQuery('get', '/api/v1/programmes', { params: { query: { limit: 200 } } }, { enabled, staleTime: 5 * 60_000 });
  const places = useMemo(
    () =>
      new Map(
        data?.items
          .map(({ id }) => id)
          .toSorted()
          .map((id, place) => [id, place]),
      ),
    [data],
  );
  return useCallback(
    (payer) => {
      if (payer === 'self-paid') return SELF_PAID_COLOUR;
      if (payer === 'written-off') return WRITTEN_OFF_COLOUR;
      return PALETTE[(places.get(payer.programmeId) ?? 0) % PALETTE.length] ?? PALETTE[0];
    },
    [places],
  );
}
