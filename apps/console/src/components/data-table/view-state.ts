import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** What of a list's view is in the address, so that a link shows exactly this view. */
export interface ViewState {
  /** Key of a column; with a leading `-` from the largest. */
  readonly sort?: string | undefined;
  /** Keys of the shown columns, separated by commas; absent: those that are shown at first. */
  readonly columns?: string | undefined;
  /** What the drawer of origins shows, see `components/provenance/trace.ts`. */
  readonly trace?: string | undefined;
}

/** The view in the address and how to change it. A filter that a page adds to its address is changed in the same way. */
export function useViewState(): [ViewState, (change: Record<string, string | undefined>) => void] {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = useCallback(
    (part: Record<string, string | undefined>) => {
      void navigate({ to: '.', search: (before: Record<string, unknown>) => ({ ...before, ...part }), replace: true } as never);
    },
    [navigate],
  );
  return [search, change];
}
