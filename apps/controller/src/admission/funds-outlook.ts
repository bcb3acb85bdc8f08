import { Injectable } from '@nestjs/common';
import { Signals, Transactions } from '#database';
import { QuotesService } from '#funding';
import { FUNDS_TOPIC } from '#grants';
import type { PlaceableJob } from '#jobs';
import { Clock, instantOf } from '#kernel';
import type { InadmissibleReason } from '#scheduling';
import { withoutFunds } from './admissions.ts';
import { nextAdmission, Openings } from './openings.ts';

/** What jobs of a company that start or end change is noticed so much later at most. */
const REVIEW_MILLISECONDS = 60_000;

/** What is known of one attempt of a job. */
interface KnownFunds {
  readonly attempt: number;
  /** Undefined where its funds can be held. */
  readonly lacking: InadmissibleReason | undefined;
}

/**
 * Says of jobs that wait for something else whether they lack funds too (rule S6). A job is asked for when it is new, after money arrived,
 * and once a minute. Each is asked for as if it were the only one that waits, as a quote is.
 */
@Injectable()
export class FundsOutlook {
  #known = new Map<string, KnownFunds>();
  #last = { heard: -1, at: -Infinity };

  constructor(
    private readonly transactions: Transactions,
    private readonly quotes: QuotesService,
    private readonly openings: Openings,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {}

  /** @param waiting all that are of interest: what is known of others is forgotten. @returns the jobs that lack funds, by their ids */
  async lacking(waiting: readonly PlaceableJob[]): Promise<Map<string, InadmissibleReason>> {
    const now = this.clock.now();
    const present = { heard: this.signals.heard([FUNDS_TOPIC]), at: now.getTime() };
    const arrived = present.heard !== this.#last.heard;
    const due = arrived || present.at - this.#last.at >= REVIEW_MILLISECONDS;
    const before = this.#known;
    const knownOf = ({ id, attempt }: PlaceableJob): KnownFunds | undefined => {
      const known = before.get(id);
      return known?.attempt === attempt ? known : undefined;
    };
    const asking = due ? waiting : waiting.filter((job) => knownOf(job) === undefined);
    const { reader } = this.transactions;
    const unfunded = await this.quotes.unfundedSingly(reader, await this.openings.of(reader, asking, now), instantOf(now));
    const asked = new Map(
      asking.map((job): [string, KnownFunds] => {
        const refusal = unfunded.get(nextAdmission(job));
        // A reason with other numbers would be written again for each job of the company. That is done only after money arrived.
        const kept = arrived ? undefined : knownOf(job)?.lacking;
        return [job.id, { attempt: job.attempt, lacking: refusal && (kept ?? withoutFunds(job, refusal).reason) }];
      }),
    );
    this.#known = new Map(waiting.flatMap((job) => [[job.id, asked.get(job.id) ?? knownOf(job)] as const]).filter(isKnown));
    if (due) this.#last = present;
    return new Map([...this.#known].flatMap(([id, { lacking }]) => (lacking === undefined ? [] : [[id, lacking] as const])));
  }
}

function isKnown(entry: readonly [string, KnownFunds | undefined]): entry is readonly [string, KnownFunds] {
  return entry[1] !== undefined;
}
