import { hostname } from 'node:os';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { recordSchedules, type ScheduleReport, Transactions } from '#database';
import type { LeaderLoop } from './leader-loop.ts';
import { timingOf } from './schedule.ts';

const LEADER = `${hostname()}/${process.pid}`;
/** Real time between two writes, however many turns end meanwhile: the table costs a statement each time. */
const WRITE_PAUSE_MS = 2_000;

/**
 * Writes what the loops that this process leads last did, for operators. A report that cannot be written is written with the next one:
 * no loop waits for it.
 */
@Injectable()
export class ScheduleReports implements OnApplicationShutdown {
  readonly #pending = new Map<string, ScheduleReport>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(private readonly transactions: Transactions) {}

  /** Takes the status of a loop that this process leads. */
  report(loop: LeaderLoop): void {
    const report = reportOf(loop);
    if (report === undefined || this.#stopped) return;
    this.#pending.set(report.name, report);
    this.#timer ??= setTimeout(() => {
      this.#writing = this.#write();
    }, WRITE_PAUSE_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#writing;
  }

  async #write(): Promise<void> {
    this.#timer = undefined;
    const reports = [...this.#pending.values()];
    this.#pending.clear();
    try {
      await recordSchedules(this.transactions.reader, reports);
    } catch {
      for (const report of reports) if (!this.#pending.has(report.name)) this.#pending.set(report.name, report);
    }
  }
}

function reportOf({ schedule, status }: LeaderLoop): ScheduleReport | undefined {
  if (status.term === undefined) return undefined;
  return {
    name: schedule.name,
    kind: schedule.trigger.kind,
    timing: timingOf(schedule.trigger),
    leader: LEADER,
    term: status.term.number,
    leadingSince: status.term.since,
    lastTurnAt: status.lastTurn?.at ?? null,
    lastTurnMilliseconds: status.lastTurn === undefined ? null : Math.round(status.lastTurn.milliseconds),
    lastSuccessAt: status.lastSuccessAt ?? null,
    failures: status.failures,
    lastFailureAt: status.lastFailure?.at ?? null,
    lastFailure: status.lastFailure?.message ?? null,
    nextTurnAt: status.nextTurnAt ?? null,
  };
}
