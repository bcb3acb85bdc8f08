import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule, MetadataScanner, Reflector } from '@nestjs/core';
import { StandardSchemaSerializerInterceptor } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import { DatabaseModule, databaseSettings } from '#database';
import { IdentityModule } from '#identity';
import type { Clock } from '#kernel';
import { TenancyModule } from '#tenancy';
import { AuditApiModule } from './audit/audit-api.module.ts';
import { CatalogApiModule } from './catalog/catalog-api.module.ts';
import { DecisionsApiModule } from './decisions/decisions-api.module.ts';
import { FundingApiModule } from './funding/funding-api.module.ts';
import { AccessGuard } from './http/access.guard.ts';
import { DeclaredActions } from './http/declared-actions.ts';
import { SubmissionGuard } from './http/limits.ts';
import { HealthController } from './http/health.controller.ts';
import { IdempotencyInterceptor } from './http/idempotency.ts';
import { InputPipe } from './http/input.pipe.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { TenantScopeInterceptor } from './http/tenant-scope.interceptor.ts';
import { UnstorableTextInterceptor } from './http/unstorable-text.interceptor.ts';
import { VersionInterceptor } from './http/versions.ts';
import { IdentityApiModule } from './identity/identity-api.module.ts';
import { IncidentsApiModule } from './incidents/incidents-api.module.ts';
import { JobsApiModule } from './jobs/jobs-api.module.ts';
import { logging } from './logging.ts';
import { RuntimeModule } from './runtime.module.ts';
import type { ApiSettings } from './settings.ts';
import { StatementsApiModule } from './statements/statements-api.module.ts';
import { SubsidyApiModule } from './subsidy/subsidy-api.module.ts';
import { TenancyApiModule } from './tenancy/tenancy-api.module.ts';

/*
 * To add a room, say jobs:
 *  1. apps/api/src/jobs/jobs.controller.ts: `@Controller('jobs')`, path relative to /api/v1, translating and nothing else:
 *     every route has `@Allow('job.read')` (or `@Public()`; the start is refused without) and `@Answers(schema, { status })`
 *     or `@AnswersNothing()`; input by `@Body({ schema })`, `@Query({ schema })`, `@Param('id', { schema: id('job') })` with
 *     strict zod objects made of the pieces in http/wire.ts; the caller by `@CurrentPrincipal()`. One transaction per request:
 *     `this.transactions.run((tx) => this.jobs.submit(tx, …))`.
 *  2. A tenant's own objects: `companyOf(principal)` where one acts for a company; in lists `narrowedTo(principal, asked)`;
 *     for one object `sees(principal, object.tenantId)`, else the room's own not-found error: never another tenant's existence.
 *  3. Creating POSTs: `@Idempotent()`, status 201. Lists: `pageQuery`, `pageOf`, `page`, `afterOf` of http/pages.ts. Changes on
 *     what several people decide: `@TakesIfMatch()` and `@IfMatch() version`; an answer with `version` carries the ETag by itself.
 *     Submissions: `@LimitedSubmission()`. Streams: http/event-stream.ts.
 *  4. apps/api/src/jobs/jobs-api.module.ts imports the room's module and lists its controllers; add it to `rooms` below.
 *  5. A table with rows of tenants goes behind row-level security by `SELECT isolate_tenant('job', 'tenant_id = tenant_in_scope()')`
 *     in its migration (see 1764000000110); a test finds those that do not. What a company's people ask then runs in their tenant's
 *     scope by itself; facts about all tenants (the length of the queue) are read with `acrossTenants(tx, …)` of #database.
 * Errors need nothing: a DomainError becomes a problem with the status of its kind.
 */
const rooms = [
  IdentityApiModule,
  TenancyApiModule,
  AuditApiModule,
  CatalogApiModule,
  DecisionsApiModule,
  FundingApiModule,
  StatementsApiModule,
];

/** The API: the rooms' controllers behind one guard, one pipe, one filter. */
@Module({})
export class ApiModule {
  static with(settings: ApiSettings, clock: Clock, log?: DestinationStream): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        LoggerModule.forRoot(logging(settings, log)),
        RuntimeModule.with(settings, clock),
        DatabaseModule.with(databaseSettings(settings.databaseUrl, settings.databasePool)),
        IdentityModule.with(settings.identity),
        DiscoveryModule,
        TenancyModule,
        ...rooms,
        SubsidyApiModule.with(settings.attachments),
        JobsApiModule.with(settings.jobs),
        IncidentsApiModule.with(settings.jobs),
      ],
      controllers: [HealthController],
      providers: [
        MetadataScanner,
        DeclaredActions,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: SubmissionGuard },
        { provide: APP_PIPE, useClass: InputPipe },
        // From the outside in: all of it behind the tenant's wall; an answer that was kept has its ETag too; it is the serialized one.
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
