import { type DynamicModule, Module } from '@nestjs/common';
import { BusinessCalendar, Clock, SystemClock } from '#kernel';

/** The clock and the business calendar of a process that runs beside the API. */
@Module({})
export class TimeModule {
  static forRoot(clock: Clock = new SystemClock(), timeZone?: string): DynamicModule {
    return {
      module: TimeModule,
      global: true,
      providers: [
        { provide: Clock, useValue: clock },
        { provide: BusinessCalendar, useValue: new BusinessCalendar(timeZone) },
      ],
      exports: [Clock, BusinessCalendar],
    };
  }
}
