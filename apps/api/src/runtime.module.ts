import { type DynamicModule, Module } from '@nestjs/common';
import { ClusterModule } from '#cluster';
import { ConfigModule, registerAs } from '@nestjs/config';
import { BusinessCalendar, Clock } from '#kernel';
import { ClusterAccess } from './cluster-access.ts';
import { API_CONFIG, type ApiSettings } from './settings.ts';

/** What each module of the API may inject: the clock, the business calendar, the settings, the cluster. */
@Module({})
export class RuntimeModule {
  static forRoot(settings: ApiSettings, clock: Clock): DynamicModule {
    return {
      module: RuntimeModule,
      global: true,
      imports: [
        // With `npm start`, one process contains several apps. So the caller gives the settings, and they do not come from the environment.
        ConfigModule.forRoot({
          ...{ isGlobal: true, ignoreEnvFile: true, ignoreEnvVars: true, skipProcessEnv: true },
          load: [registerAs(API_CONFIG, () => settings)],
        }),
        ...(settings.cluster === undefined
          ? []
          : [ClusterModule.forRoot(settings.cluster, 'api', { topologyLabels: settings.jobs.topologyLabels })]),
      ],
      providers: [
        { provide: Clock, useValue: clock },
        { provide: BusinessCalendar, useValue: new BusinessCalendar(settings.timeZone) },
        ClusterAccess,
      ],
      exports: [Clock, BusinessCalendar, ClusterAccess],
    };
  }
}
