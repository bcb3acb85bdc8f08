import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { ClusterService, type LogLine, type PodObservation } from '#cluster';
import { type LeaderTerm, Transactions } from '#database';
import { Clock, instantOf, shortened } from '#kernel';
import { type GatheredLog, KeptLogsService, type PodEvent, PodEventsService } from '#pod-history';
import { ControllerSettings } from '../controller-settings.ts';

/** Logs that are read at once. Each takes as much memory as its last part and what is kept of it, compressed. */
const MOST_AT_ONCE = 8;
/** A turn waits so long for the logs that it began to read: most are short, and their pods are released in the same turn. */
const TURN_WAITS_MS = 1_000;
/** Lines from which the end of a log is read: what comes before is not read, however long the log is. */
const MOST_LINES = 100_000;
/** Where the end of a log takes too long to read, so many of its last lines are tried. */
const FEWER_LINES = 1_000;
/** A log that the cluster does not hand out is asked for so often, with pauses that grow by this time. */
const MOST_TRIES = 3;
const PAUSE_MS = 500;
const MIB = 1024 * 1024;

/**
 * Keeps the logs of pods that have ended, before they are released. Logs are read beside the turns: a long one holds up neither the meter
 * nor the pods of others, and its own pod no longer than a deadline.
 */
@Injectable()
export class LogKeeping {
  readonly #log = new Logger('logs');
  /** Pods whose log is kept, or cannot be read. */
  readonly #settled = new Set<string>();
  readonly #reading = new Map<string, Promise<void>>();

  constructor(
    private readonly transactions: Transactions,
    private readonly cluster: ClusterService,
    private readonly keptLogs: KeptLogsService,
    private readonly podEvents: PodEventsService,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  /** Begins to keep the logs of `pods`, which have ended. @returns those that may be released; the others come with a later turn */
  async keep(term: LeaderTerm, pods: readonly PodObservation[]): Promise<PodObservation[]> {
    if (this.settings.keptLogMib === 0) return [...pods];
    const present = new Set(pods.map(({ uid }) => uid));
    for (const uid of this.#settled) if (!present.has(uid)) this.#settled.delete(uid);
    const written = pods.filter(({ uid, startedAt }) => startedAt !== undefined && !this.#settled.has(uid) && !this.#reading.has(uid));
    // Another controller may have kept some before it died.
    const kept = await this.keptLogs.keptOf(
      this.transactions.reader,
      written.map(({ uid }) => uid),
    );
    for (const uid of kept) this.#settled.add(uid);
    const due = written.filter(({ uid }) => !kept.has(uid)).slice(0, Math.max(0, MOST_AT_ONCE - this.#reading.size));
    const begun = due.map((pod) => this.#begin(term, pod));
    if (begun.length > 0) await Promise.race([Promise.all(begun), sleep(TURN_WAITS_MS, undefined, { ref: false })]);
    return pods.filter(({ uid, startedAt }) => startedAt === undefined || this.#settled.has(uid));
  }

  #begin(term: LeaderTerm, pod: PodObservation): Promise<void> {
    const reading = this.#keep(term, pod)
      .then(
        () => void this.#settled.add(pod.uid),
        // Its database is away, or another controller leads: the next turn tries again.
        (error: unknown) => this.#log.warn(`the log of pod ${pod.name} is not kept yet: ${String(error)}`),
      )
      .finally(() => this.#reading.delete(pod.uid));
    this.#reading.set(pod.uid, reading);
    return reading;
  }

  async #keep(term: LeaderTerm, pod: PodObservation): Promise<void> {
    const gathered = await this.#gather(pod);
    const { uid, jobId, attempt, index, startedAt = 0 } = pod;
    const now = instantOf(this.clock.now());
    const failure = 'failure' in gathered ? notKept(pod, gathered.failure, now) : undefined;
    await this.keptLogs.keep({ podUid: uid, jobId, attempt, replica: index, startedAt }, gathered, now, async (tx) => {
      await term.fence(tx);
      if (failure !== undefined) await this.podEvents.keep(tx, [failure]);
    });
    if (failure !== undefined) this.#log.warn(`the log of pod ${pod.name} of ${jobId} cannot be kept: ${failure.message}`);
  }

  /** The end of the log; less of it where that takes too long. */
  async #gather(pod: PodObservation): Promise<GatheredLog | { readonly failure: string }> {
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      try {
        return await this.#read(pod, MOST_LINES, this.settings.logTimeoutSeconds);
      } catch (error) {
        if (error instanceof ReadTooLong) break;
        if (tries === MOST_TRIES) return { failure: reasonOf(error) };
        await sleep(tries * PAUSE_MS, undefined, { ref: false });
      }
    }
    try {
      return await this.#read(pod, FEWER_LINES, Math.min(10, this.settings.logTimeoutSeconds));
    } catch (error) {
      return { failure: reasonOf(error) };
    }
  }

  async #read(pod: PodObservation, mostLines: number, seconds: number): Promise<GatheredLog> {
    const signal = AbortSignal.timeout(seconds * 1_000);
    const lines = inTime(this.cluster.pods.logOf(pod)({ tailLines: mostLines, signal }), signal, seconds);
    return await this.keptLogs.gather(lines, this.settings.keptLogMib * MIB, mostLines);
  }
}

class ReadTooLong extends Error {}

/** The lines of a log that ends before its deadline. @throws ReadTooLong */
async function* inTime(lines: AsyncIterable<LogLine>, signal: AbortSignal, seconds: number): AsyncGenerator<LogLine> {
  for await (const line of lines) {
    if (signal.aborted) break;
    yield line;
  }
  if (signal.aborted) throw new ReadTooLong(`it could not be read within ${seconds} s`);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function notKept({ uid, jobId, attempt, index, name }: PodObservation, message: string, now: number): PodEvent {
  return {
    ...{ id: `${uid}/LogNotKept`, jobId, attempt, replica: index, podName: name, source: 'status', type: 'Warning' },
    ...{ reason: 'LogNotKept', message: shortened(message, 1_000), count: 1, firstAt: now, lastAt: now },
  };
}
