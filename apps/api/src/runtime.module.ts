import { type DynamicModule, Module } from '@nestjs/common';
import { ClusterModule } from '#cluster';
import { BusinessCalendar, Clock } from '#kernel';
import { ClusterAccess } from './cluster-access.ts';
import { API_SETTINGS, type ApiSettings } from './settings.ts';

/** What every module of the API may inject: the clock, the business calendar, the settings, the cluster. */
@Module({})
export class RuntimeModule {
  static forRoot(settings: ApiSettings, clock: Clock): DynamicModule {
    return {
      module: RuntimeModule,
      global: true,
      imports: settings.cluster === undefined ? [] : [ClusterModule.forRoot(settings.cluster)],
      providers: [
        { provide: Clock, useValue: clock },
        { provide: API_SETTINGS, useValue: settings },
        { provide: BusinessCalendar, useValue: new BusinessCalendar(settings.timeZone) },
        ClusterAccess,
      ],
      exports: [Clock, API_SETTINGS, BusinessCalendar, ClusterAccess],
    };
  }
}
