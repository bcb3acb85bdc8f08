import { z } from 'zod';
import { DomainError, type Instant } from '#kernel';
import type { PrometheusSettings } from './prometheus-settings.ts';

/** A series of one query: its labels, and its values by instant. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [at: Instant, value: number])[];
}

export interface RangeQuery {
  readonly query: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly stepSeconds: number;
}

const WAIT_MS = 8_000;
/** An answer for a gang of a thousand pods with 300 points each is smaller. */
const MOST_BYTES = 16 * 1024 * 1024;

const answer = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
});

/**
 * The series of a range query of Prometheus. Values that are no numbers (`NaN`, `+Inf`) are left out.
 * @throws DomainError `metrics.unavailable` where it does not answer in time, or not as Prometheus answers
 */
export async function queryRange({ url }: PrometheusSettings, { query, from, to, stepSeconds }: RangeQuery): Promise<Series[]> {
  const parameters = new URLSearchParams({ query, start: String(from), end: String(to), step: String(stepSeconds) });
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/api/v1/query_range`, {
      method: 'POST',
      body: parameters,
      redirect: 'error',
      signal: AbortSignal.timeout(WAIT_MS),
    });
    const text = await bounded(response);
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return answer.parse(JSON.parse(text)).data.result.map(({ metric, values }) => ({
      labels: metric,
      points: values.flatMap(([at, value]): [Instant, number][] =>
        value !== '' && Number.isFinite(Number(value)) ? [[Math.round(at), Number(value)]] : [],
      ),
    }));
  } catch (error) {
    throw new DomainError('metrics.unavailable', {
      detail: `Prometheus does not give the GPU metrics at the moment: ${causeOf(error)}.`,
      remedy: 'Try again in a moment; if it lasts, tell the operator, who sets PROMETHEUS_URL.',
      kind: 'unavailable',
    });
  }
}

async function bounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? [];
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MOST_BYTES) throw new Error('its answer is too large');
  }
  return text + decoder.decode();
}

function causeOf(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return 'its answer is not one of Prometheus';
  if (error instanceof Error && error.name === 'TimeoutError') return `it did not answer within ${WAIT_MS / 1_000} s`;
  if (error instanceof TypeError) return 'it cannot be reached';
  return error instanceof Error ? error.message : String(error);
}
