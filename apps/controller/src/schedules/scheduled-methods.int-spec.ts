import { Injectable } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Cron, ScheduleModule } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { type LeaderTerm, Leadership, Signals } from '#database';
import { TestDatabase } from '#database/testing';
import { BusinessCalendar, Clock, ManualClock } from '#kernel';
import { eventually } from '#kernel/testing';
import { LeaderLoop } from './leader-loop.ts';
import { Leading } from './leading.decorator.ts';
import { ScheduledMethods } from './scheduled-methods.ts';

@Injectable()
class Hourly {
  readonly turns: { readonly at: string; readonly term: bigint }[] = [];

  constructor(private readonly clock: Clock) {}

  @Cron('0 0 * * * *')
  @Leading('hourly')
  run(term: LeaderTerm): Promise<void> {
    this.turns.push({ at: this.clock.now().toISOString().slice(11, 16), term: term.number });
    return Promise.resolve();
  }
}

@Injectable()
class WithoutLease {
  @Cron('0 0 * * * *')
  run(): Promise<void> {
    return Promise.resolve();
  }
}

describe('a method with @Cron and @Leading', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create();
  });
  afterAll(async () => {
    await database.drop();
  });

  const moduleOf = async (provider: typeof Hourly | typeof WithoutLease, clock: Clock) =>
    await Test.createTestingModule({
      imports: [DiscoveryModule, ScheduleModule.forRoot({ cronJobs: false, intervals: false })],
      providers: [
        ScheduledMethods,
        provider,
        { provide: Clock, useValue: clock },
        { provide: BusinessCalendar, useValue: new BusinessCalendar() },
      ],
    }).compile();

  it('is called in one process, when a term begins and at the instants of the product’s clock; what it missed is made up for once', async () => {
    const clock = new ManualClock(new Date('2026-10-15T00:20:00Z'));
    const modules = [await moduleOf(Hourly, clock), await moduleOf(Hourly, clock)];
    const loops = modules.flatMap((module) =>
      module
        .get(ScheduledMethods)
        .find()
        .map((schedule) => new LeaderLoop(schedule, new Leadership(database.dataSource), new Signals(database.dataSource), clock)),
    );
    const turns = () => modules.flatMap((module) => module.get(Hourly).turns);
    const untilTurns = async (count: number): Promise<unknown> => await eventually(`${count} turns`, turns, (seen) => seen.length >= count);
    for (const loop of loops) loop.start();
    await untilTurns(1);
    clock.moveTo(new Date('2026-10-15T00:59:59Z'));
    clock.moveTo(new Date('2026-10-15T01:00:00Z'));
    await untilTurns(2);
    clock.moveTo(new Date('2026-10-15T04:30:00Z'));
    await untilTurns(3);
    clock.moveTo(new Date('2026-10-15T05:00:00Z'));
    await untilTurns(4);
    await Promise.all(loops.map((loop) => loop.stop()));
    expect(turns().map(({ at }) => at)).toEqual(['00:20', '01:00', '04:30', '05:00']);
    expect(new Set(turns().map(({ term }) => term))).toEqual(new Set([1n]));
  });

  it('is refused without its lease, under which it would run in every process', async () => {
    const module = await moduleOf(WithoutLease, new ManualClock(new Date()));
    expect(() => module.get(ScheduledMethods).find()).toThrow('WithoutLease.run needs @Leading');
  });
});
