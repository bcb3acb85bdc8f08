import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { components } from '#api-client';
import { api } from '../../api/client.ts';
import { isProblem, type Problem } from '../../api/problem.ts';
import type { JobFile } from './job-file.ts';
import type { JobText } from './job-text.ts';

export type Quote = components['schemas']['Quote'];

const PAUSE_MS = 400;

export interface LiveQuote {
  /** The last one; while a new one is asked for, or the file has faults, that of an earlier text. */
  readonly quote: Quote | undefined;
  /** The refusal of the present text. */
  readonly problem: Problem | undefined;
  /** Whether `quote` is of an earlier text. */
  readonly outdated: boolean;
  readonly error: unknown;
}

/** What the job would cost and who would pay, asked for anew a moment after each change of the text. */
export function useQuote(job: JobText): LiveQuote {
  const text = useSettled(job.text, PAUSE_MS);
  const complete = job.value !== undefined && job.missing.length === 0;
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['quote', text],
    queryFn: async ({ signal }) => {
      const { data: quote, error: refusal } = await api.POST('/api/v1/quotes', { body: job.value as JobFile, signal });
      if (quote !== undefined) return { quote };
      if (isProblem(refusal) && refusal.status < 500) return { problem: refusal };
      throw refusal as unknown;
    },
    enabled: complete && text === job.text,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const [last, setLast] = useState<Quote>();
  const quote = data?.quote;
  if (quote !== undefined && quote !== last) setLast(quote);
  const present = complete && text === job.text && !isPlaceholderData;
  return { quote: quote ?? last, problem: present ? data?.problem : undefined, outdated: !present || quote === undefined, error };
}

/** `value` once it has not changed for a while. */
function useSettled<Value>(value: Value, pauseMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return settled;
}
