import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { CronOptions } from '@nestjs/schedule';
import { BusinessCalendar } from '#kernel';
import { type LeadingMethod, leaseOf } from './leading.decorator.ts';
import type { Schedule, Trigger } from './schedule.ts';

/** Where `@Cron` and `@Interval` of @nestjs/schedule write what they are given. The package does not export the names. */
const CRON_METADATA = 'SCHEDULE_CRON_OPTIONS';
const INTERVAL_METADATA = 'SCHEDULE_INTERVAL_OPTIONS';

/** Finds the methods with `@Cron` or `@Interval` and `@Leading` among the providers of this application. */
@Injectable()
export class ScheduledMethods {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly calendar: BusinessCalendar,
  ) {}

  /** @throws Error for a method that has only one of the two decorators: it would run in every process, or never */
  find(): Schedule[] {
    const providers = this.discovery.getProviders().flatMap(({ instance }) => (isObject(instance) ? [instance] : []));
    return [...new Set(providers)].flatMap((provider) => {
      const prototype = Object.getPrototypeOf(provider) as object | null;
      const names = prototype === null ? [] : this.scanner.getAllMethodNames(prototype);
      return names.flatMap((name) => this.#scheduleOf(provider, name) ?? []);
    });
  }

  #scheduleOf(provider: object, name: string): Schedule | undefined {
    const method = (provider as Record<string, LeadingMethod>)[name];
    if (typeof method !== 'function') return undefined;
    const [lease, trigger] = [leaseOf(method), this.#triggerOf(method)];
    if (lease === undefined && trigger === undefined) return undefined;
    if (lease === undefined || trigger === undefined)
      throw new Error(`${provider.constructor.name}.${name} needs @Leading and one of @Cron and @Interval`);
    const turn = async (...[term]: Parameters<LeadingMethod>): Promise<undefined> => {
      await method.call(provider, term);
      return undefined;
    };
    return { name: lease, trigger, turn };
  }

  #triggerOf(method: LeadingMethod): Trigger | undefined {
    const cron = Reflect.getMetadata(CRON_METADATA, method) as ({ cronTime: string } & CronOptions) | undefined;
    if (cron !== undefined) return { kind: 'cron', expression: cron.cronTime, timeZone: cron.timeZone ?? this.calendar.timeZone };
    const interval = Reflect.getMetadata(INTERVAL_METADATA, method) as { timeout: number } | undefined;
    return interval === undefined ? undefined : { kind: 'interval', milliseconds: interval.timeout };
  }
}

function isObject(instance: unknown): instance is object {
  return typeof instance === 'object' && instance !== null;
}
