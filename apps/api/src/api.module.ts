import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule, Reflector } from '@nestjs/core';
import { StandardSchemaSerializerInterceptor } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import { DatabaseModule, databaseSettings } from '#database';
import { IdentityModule } from '#identity';
import { GpuMetricsModule } from '#insight';
import { JobsModule } from '#jobs';
import type { Clock } from '#kernel';
import { MonitoringModule } from '#monitoring';
import { SecretValuesModule } from '#secrets';
import { parkIdentityOf, SigningModule } from '#signing';
import { StorageModule } from '#storage';
import { TenancyModule } from '#tenancy';
import { migrations } from '../../../migrations/index.ts';
import { AuditApiModule } from './audit/audit-api.module.ts';
import { CatalogApiModule } from './catalog/catalog-api.module.ts';
import { ChangesApiModule } from './changes/changes-api.module.ts';
import { DecisionsApiModule } from './decisions/decisions-api.module.ts';
import { ErrorsApiModule } from './errors/errors-api.module.ts';
import { FundingApiModule } from './funding/funding-api.module.ts';
import { AccessGuard } from './http/access.guard.ts';
import { DeclaredActions } from './http/declared-actions.ts';
import { SubmissionGuard } from './http/limits.ts';
import { HealthController } from './http/health.controller.ts';
import { IdempotencyInterceptor } from './http/idempotency.ts';
import { MetricsController } from './http/metrics.controller.ts';
import { InputPipe } from './http/input.pipe.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { TenantScopeInterceptor } from './http/tenant-scope.interceptor.ts';
import { UnstorableTextInterceptor } from './http/unstorable-text.interceptor.ts';
import { VersionInterceptor } from './http/versions.ts';
import { IdentityApiModule } from './identity/identity-api.module.ts';
import { IncidentsApiModule } from './incidents/incidents-api.module.ts';
import { InsightApiModule } from './insight/insight-api.module.ts';
import { JobsApiModule } from './jobs/jobs-api.module.ts';
import { logging } from './logging.ts';
import { LoopsApiModule } from './loops/loops-api.module.ts';
import { DraftsApiModule } from './drafts/drafts-api.module.ts';
import { NoticesApiModule } from './notices/notices-api.module.ts';
import { RuntimeModule } from './runtime.module.ts';
import type { ApiSettings } from './settings.ts';
import { ProvenanceApiModule } from './provenance/provenance-api.module.ts';
import { ScheduleApiModule } from './schedule/schedule-api.module.ts';
import { SearchApiModule } from './search/search-api.module.ts';
import { SecretsApiModule } from './secrets/secrets-api.module.ts';
import { SetupApiModule } from './setup/setup-api.module.ts';
import { SigningApiModule } from './signing/signing-api.module.ts';
import { StatementsApiModule } from './statements/statements-api.module.ts';
import { ApplicationsApiModule } from './applications/applications-api.module.ts';
import { GrantsApiModule } from './grants/grants-api.module.ts';
import { ProgrammesApiModule } from './programmes/programmes-api.module.ts';
import { TenancyApiModule } from './tenancy/tenancy-api.module.ts';

const apiModules = [
  IdentityApiModule,
  TenancyApiModule,
  AuditApiModule,
  CatalogApiModule,
  DecisionsApiModule,
  LoopsApiModule,
  DraftsApiModule,
  NoticesApiModule,
  ProgrammesApiModule,
  GrantsApiModule,
  ApplicationsApiModule,
  FundingApiModule,
  StatementsApiModule,
  SigningApiModule,
  JobsApiModule,
  SecretsApiModule,
  IncidentsApiModule,
  InsightApiModule,
  ScheduleApiModule,
  ErrorsApiModule,
  ChangesApiModule,
  ProvenanceApiModule,
  SetupApiModule,
  SearchApiModule,
];

/** The API: the controllers of all modules with one access guard, one pipe and one filter. */
@Module({})
export class ApiModule {
  /** @param more modules with routes that only one kind of process has */
  static register(settings: ApiSettings, clock: Clock, log?: DestinationStream, more: readonly DynamicModule[] = []): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        LoggerModule.forRoot(logging(settings, log)),
        RuntimeModule.forRoot(settings, clock),
        DatabaseModule.forRoot(databaseSettings(settings.databaseUrl, settings.databasePool)),
        IdentityModule.forRoot(settings.identity),
        SigningModule.forRoot(parkIdentityOf(settings.park)),
        StorageModule.forRoot(settings.attachments),
        SecretValuesModule.forRoot(settings.identity.sealingSecrets),
        JobsModule.forRoot(settings.jobs),
        GpuMetricsModule.forRoot(settings.prometheus),
        MonitoringModule.register(migrations),
        DiscoveryModule,
        TenancyModule,
        ...apiModules,
        ...more,
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        DeclaredActions,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: SubmissionGuard },
        { provide: APP_PIPE, useClass: InputPipe },
        // The first is the outermost. So everything runs in the tenant's scope, a stored answer gets its ETag too, and answers are stored serialized.
        { provide: APP_INTERCEPTOR, useClass: UnstorableTextInterceptor },
        { provide: APP_INTERCEPTOR, useClass: TenantScopeInterceptor },
        { provide: APP_INTERCEPTOR, useClass: VersionInterceptor },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        {
          provide: APP_INTERCEPTOR,
          inject: [Reflector],
          useFactory: (reflector: Reflector) => new StandardSchemaSerializerInterceptor(reflector),
        },
      ],
    };
  }
}
