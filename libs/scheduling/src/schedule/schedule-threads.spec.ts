import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { job, node, now, snapshot } from '../testing/some-cycle.ts';
import { DEFAULT_POLICY } from '../domain/queue.ts';
import { encodeSchedule } from './published-schedule.ts';
import { ScheduleThreads } from './schedule-threads.ts';

/** Requests that are answered while the process stops, as the HTTP server does before the last hook. */
@Injectable()
class OpenRequests implements BeforeApplicationShutdown {
  readonly answers: unknown[] = [];
  readonly #open: Promise<unknown>[] = [];

  begin(request: Promise<unknown>): void {
    this.#open.push(request.catch(String));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.answers.push(...(await Promise.all(this.#open)));
  }
}

describe('the threads that answer questions about the schedule', () => {
  it('answer what was asked before the process began to stop', async () => {
    const module = await Test.createTestingModule({ providers: [ScheduleThreads, OpenRequests] }).compile();
    await module.init();
    const content = await encodeSchedule({ queue: [], snapshot: snapshot([node('n1')]), usage: new Map(), policy: DEFAULT_POLICY, now });
    const question = { schedule: { publishedAt: new Date(), content, now }, job: job('asked', 1, 8) };
    const requests = module.get(OpenRequests);
    requests.begin(module.get(ScheduleThreads).ask('outlookOf', question, 60_000));
    await module.close();
    expect(requests.answers).toEqual([{ startsNow: true, reasons: [] }]);
  });
});
