import { type Api, answerOf } from './api-client.ts';
import type { components } from '#api-client';
import { JobEndedBadly, Unreachable } from './failures.ts';
import { follow } from './event-stream.ts';
import type { Job } from './job-view.ts';
import { cursor } from './request-headers.ts';
import { harmless } from './terminal-text.ts';
import type { CliEnvironment } from './cli-environment.ts';

type JobEvent = components['schemas']['JobEvent'];

/** States in which a job stays until a person acts. */
const AT_REST: readonly Job['state'][] = ['Succeeded', 'Failed', 'Cancelled', 'TimedOut', 'Suspended'];

/** What a command does while it waits for a job. */
export interface Waiting {
  running(attempt: number): void;
  ended(job: Job): Promise<void>;
}

/** Writes the job's events to standard error until it ends or is suspended. @throws JobEndedBadly unless it succeeded */
export async function waitForEnd(api: Api, environment: CliEnvironment, id: string, waiting: Waiting): Promise<void> {
  const path = { id };
  const events = follow(async (last) => {
    const headers = { accept: 'text/event-stream' };
    const request = { params: { path, header: cursor(last) }, headers, parseAs: 'stream' as const };
    return answerOf(await api.GET('/api/v1/jobs/{id}/events/stream', request)) as unknown as ReadableStream<Uint8Array>;
  });
  for await (const { data } of events) {
    const { at, toState, reason, attempt } = JSON.parse(data) as JobEvent;
    environment.err(`${at}  ${toState}${reason === null ? '' : `  ${harmless(reason)}`}\n`);
    if (toState === 'Running') waiting.running(attempt);
    if (AT_REST.includes(toState)) break;
  }
  const job = answerOf(await api.GET('/api/v1/jobs/{id}', { params: { path } }));
  // A proxy may end a stream without an error. The job continues.
  if (!AT_REST.includes(job.state)) {
    throw new Unreachable(`The server went away while ${job.name} was ${job.state}.\n  → Look again with mss show ${id}.`);
  }
  await waiting.ended(job);
  if (job.state === 'Succeeded') return;
  const remedy = job.state === 'Suspended' ? `\n  → Take it up again with mss resume ${id}.` : '';
  throw new JobEndedBadly(`${job.name} is ${job.state}${job.exit === null ? '' : `: ${job.exit.detail}`}.${remedy}`);
}
