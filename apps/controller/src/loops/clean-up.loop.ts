import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { deleteHandledEvents, deleteKeptAnswers, deleteOldChanges, type LeaderTerm, Transactions, type Tx } from '#database';
import { deleteEndedCredentials } from '#identity';
import { Clock, instantOf, SystemClock } from '#kernel';
import { deleteOldUtilisation } from '#insight';
import { deleteOldPodEvents, KeptLogsService } from '#pod-history';
import { AttachmentsService } from '#applications';
import { deleteFinishedDeliveries, deleteOldNotices } from '#notifications';
import { deleteEndedInvitations, deleteExpiredDrafts } from '#tenancy';
import { ControllerSettings } from '../controller-settings.ts';
import { Leading } from '../schedules/leading.decorator.ts';

const DAY_MS = 86_400_000;
/** A stream of changes resumes within this time; later its reader reads everything again. */
const CHANGES_KEPT_DAYS = 1 / 24;
/** For this many days, the reuse of a refresh token is distinguished from an unknown token. */
const USED_TOKEN_DAYS = 7;
/** An attachment has up to 20 MiB, and each costs a request to the bucket. */
const ATTACHMENTS_AT_ONCE = 50;

/** Deletes rows that nobody needs any more, a limited number in each transaction, so that no table grows without bound. */
@Injectable()
export class CleanUpLoop {
  readonly #log = new Logger('clean-up');
  /** Sign-ins and requests happen in real time, whatever clock the park runs on. */
  readonly #realTime = new SystemClock();

  constructor(
    private readonly transactions: Transactions,
    private readonly attachments: AttachmentsService,
    private readonly keptLogs: KeptLogsService,
    private readonly settings: ControllerSettings,
    private readonly clock: Clock,
  ) {}

  @Interval(600_000)
  @Leading('clean-up')
  async deleteEnded(term: LeaderTerm): Promise<void> {
    const endedBefore = this.#daysAgo(this.settings.retentionDays);
    const usedBefore = this.#daysAgo(USED_TOKEN_DAYS);
    const keptBefore = this.#daysAgo(this.settings.keptAnswerDays);
    const deleted = {
      credentials: await this.#untilNone(term, (tx) => deleteEndedCredentials(tx, { endedBefore, usedBefore })),
      invitations: await this.#untilNone(term, (tx) => deleteEndedInvitations(tx, endedBefore)),
      'kept answers': await this.#untilNone(term, (tx) => deleteKeptAnswers(tx, keptBefore)),
      'outbox events': await this.#untilNone(term, (tx) => deleteHandledEvents(tx, endedBefore)),
      changes: await this.#untilNone(term, (tx) => deleteOldChanges(tx, this.#daysAgo(CHANGES_KEPT_DAYS))),
      deliveries: await this.#untilNone(term, (tx) => deleteFinishedDeliveries(tx, endedBefore)),
      'events of pods': await this.#untilNone(term, (tx) =>
        deleteOldPodEvents(tx, daysBefore(this.clock.now(), this.settings.podEventDays)),
      ),
      'kept logs': await this.#untilNone(term, (tx) => this.keptLogs.deleteOld(tx, daysBefore(this.clock.now(), this.settings.logDays))),
      // The utilisation is sampled on the clock of the park.
      'rows of utilisation': await this.#untilNone(term, (tx) =>
        deleteOldUtilisation(tx, {
          samplesBefore: daysBefore(this.clock.now(), this.settings.utilisationSampleDays),
          hoursBefore: daysBefore(this.clock.now(), this.settings.utilisationHourDays),
        }),
      ),
      'drafts of forms': await this.#untilNone(term, (tx) => deleteExpiredDrafts(tx, this.clock.now())),
      notices: await this.#untilNone(term, (tx) => deleteOldNotices(tx, endedBefore)),
      'contents of removed attachments': await this.#untilNone(term, (tx) =>
        this.attachments.deleteRemoved(tx, ATTACHMENTS_AT_ONCE, instantOf(this.clock.now())),
      ),
    };
    const counts = Object.entries(deleted).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
    if (counts.length > 0) this.#log.log(`deleted ${counts.join(', ')}`);
  }

  async #untilNone(term: LeaderTerm, deleteSome: (tx: Tx) => Promise<number>): Promise<number> {
    for (let total = 0; ;) {
      const count = await this.transactions.run(async (tx) => {
        await term.fence(tx);
        return await deleteSome(tx);
      });
      if (count === 0) return total;
      total += count;
    }
  }

  #daysAgo(days: number): Date {
    return daysBefore(this.#realTime.now(), days);
  }
}

function daysBefore(at: Date, days: number): Date {
  return new Date(at.getTime() - days * DAY_MS);
}
