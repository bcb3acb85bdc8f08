import { setGlobalProxyFromEnv } from 'node:http';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ClusterLocation } from '#cluster';
import { DatabaseModule, DatabaseNotReady, LeadershipSettings, requireReadyDatabase } from '#database';
import { BusinessCalendar, Clock, ScaledClock, SettingsError, SystemClock } from '#kernel';
import { JobSettings } from '#jobs';
import { mailSettingsOf } from '#notifications';
import { sealingSecretsOf } from '#sealing';
import { parkIdentityOf, parkSettingsOf } from '#signing';
import { s3SettingsOf } from '#storage';
import { migrations } from '../../../migrations/index.ts';
import { ControllerModule } from './controller.module.ts';
import { ControllerSettings } from './controller-settings.ts';
import { loopDatabase } from './loop-database.ts';
import { type ControllerEnvironment, controllerEnvironment } from './settings.ts';

function clockOf(environment: ControllerEnvironment): Clock {
  const { CLOCK_SPEED, CLOCK_ORIGIN, CLOCK_STARTED_AT } = environment;
  if (CLOCK_ORIGIN === undefined || CLOCK_STARTED_AT === undefined) return new SystemClock();
  return new ScaledClock(CLOCK_SPEED, new Date(CLOCK_ORIGIN), new Date(CLOCK_STARTED_AT));
}

function clusterOf(environment: ControllerEnvironment): ClusterLocation {
  if (environment.KUBECONFIG !== undefined) return { kubeconfigPath: environment.KUBECONFIG };
  if (environment.KUBERNETES_SERVICE_HOST !== undefined) return { inCluster: true };
  throw new SettingsError(['KUBECONFIG: is needed outside of a cluster; npm start brings a simulated one']);
}

@Module({})
class ControllerProcess {
  static register(environment: ControllerEnvironment): DynamicModule {
    const settings = ControllerSettings.of(environment);
    const [jobs, mail] = [JobSettings.of(environment), mailSettingsOf(environment)];
    return {
      module: ControllerProcess,
      global: true,
      imports: [
        DatabaseModule.forRoot(loopDatabase(environment.DATABASE_URL), new LeadershipSettings(environment.LEADER_LEASE * 1_000)),
        ControllerModule.register(
          clusterOf(environment),
          settings,
          jobs,
          mail,
          s3SettingsOf(environment),
          parkIdentityOf(parkSettingsOf(environment)),
          sealingSecretsOf(environment),
        ),
      ],
      providers: [
        { provide: Clock, useValue: clockOf(environment) },
        { provide: BusinessCalendar, useValue: new BusinessCalendar(environment.TIME_ZONE) },
      ],
      exports: [Clock, BusinessCalendar],
    };
  }
}

try {
  setGlobalProxyFromEnv();
  const environment = controllerEnvironment(process.env);
  const controller = ControllerProcess.register(environment);
  await requireReadyDatabase(environment.DATABASE_URL, migrations);
  const app = await NestFactory.create<NestFastifyApplication>(controller, new FastifyAdapter());
  app.enableShutdownHooks();
  const { CONTROLLER_HOST: host, CONTROLLER_PORT: port } = environment;
  if (port === undefined) await app.init();
  else await app.listen(port, host);
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof DatabaseNotReady)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
