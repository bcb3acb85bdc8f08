import { QueryClient } from '@tanstack/react-query';
import { isProblem } from './problem.ts';

const TRIES = 2;

/** The cache of what the API answered: the only store of the console. What the API refuses is not asked again. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 10 * 60_000,
      retry: (failures, error) => !isProblem(error) && failures < TRIES,
      refetchOnWindowFocus: true,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
