import { type Api, answerOf } from './api-client.ts';
import type { components } from './api-types.ts';
import { JobEndedBadly, Unreachable } from './failures.ts';
import { follow } from './event-stream.ts';
import type { Job } from './job-view.ts';
import type { Surroundings } from './surroundings.ts';

type JobEvent = components['schemas']['JobEvent'];

/** What goes no further without somebody's doing. */
const AT_REST: readonly Job['state'][] = ['Succeeded', 'Failed', 'Cancelled', 'TimedOut', 'Suspended'];

/** Tells on standard error what happens to the job, until it rests. @throws JobEndedBadly unless it succeeded */
export async function waitForEnd(api: Api, surroundings: Surroundings, id: string, show: (ended: Job) => void): Promise<void> {
  const path = { id };
  const events = follow(async (last) => {
    const headers = { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': last }) };
    // The description knows the header as one that is always sent.
    const request = { params: { path, header: headers as never }, headers, parseAs: 'stream' as const };
    return answerOf(await api.GET('/api/v1/jobs/{id}/events/stream', request)) as unknown as ReadableStream<Uint8Array>;
  });
  for await (const { data } of events) {
    const { at, toState, reason } = JSON.parse(data) as JobEvent;
    surroundings.err(`${at}  ${toState}${reason === null ? '' : `  ${reason}`}\n`);
    if (AT_REST.includes(toState)) break;
  }
  const job = answerOf(await api.GET('/api/v1/jobs/{id}', { params: { path } }));
  // A server that stops ends its streams in good order; the job goes on.
  if (!AT_REST.includes(job.state)) {
    throw new Unreachable(`The server went away while ${job.name} was ${job.state}.\n  → Look again with mss show ${id}.`);
  }
  show(job);
  if (job.state === 'Succeeded') return;
  const remedy = job.state === 'Suspended' ? `\n  → Take it up again with mss resume ${id}.` : '';
  throw new JobEndedBadly(`${job.name} is ${job.state}${job.exit === null ? '' : `: ${job.exit.detail}`}.${remedy}`);
}
