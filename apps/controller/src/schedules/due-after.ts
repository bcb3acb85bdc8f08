import { CronTime } from 'cron';
import type { Trigger } from './schedule.ts';

/**
 * When the turn after one is due that lasted from `startedAt` to `now`. A cron expression counts from the start: an instant that passed
 * during the turn is made up for at once, however short before its end, and several are made up for by one turn.
 * @param pauseMilliseconds what the turn itself asked for instead of the period of its schedule
 */
export function dueAfter(trigger: Trigger, startedAt: Date, now: Date, pauseMilliseconds?: number): Date {
  if (pauseMilliseconds !== undefined) return new Date(now.getTime() + pauseMilliseconds);
  if (trigger.kind !== 'cron') return new Date(now.getTime() + trigger.milliseconds);
  return new CronTime(trigger.expression, trigger.timeZone).getNextDateFrom(startedAt, trigger.timeZone).toJSDate();
}
