import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ConfigModule, getConfigToken, registerAs } from '@nestjs/config';
import { ScheduleModule } from '@nestjs/schedule';
import { AuditModule } from '#audit';
import { CatalogModule } from '#catalog';
import { type ClusterLocation, ClusterModule } from '#cluster';
import { FundingModule } from '#funding';
import { InsightModule } from '#insight';
import { JobSettings, JobsModule } from '#jobs';
import { MeteringModule } from '#metering';
import { PodHistoryModule } from '#pod-history';
import { MonitoringModule } from '#monitoring';
import { type MailSettings, NotificationsModule } from '#notifications';
import { MonthClosingModule, StatementsModule } from '#statements';
import { AttachmentsModule, ParkProposalsModule } from '#applications';
import { GrantsModule } from '#grants';
import { ProgrammesModule } from '#programmes';
import { SchedulingModule } from '#scheduling';
import { SecretValuesModule } from '#secrets';
import { type ParkIdentity, SigningModule } from '#signing';
import { type S3Settings, StorageModule } from '#storage';
import { CompaniesModule } from '#tenancy';
import { migrations } from '../../../migrations/index.ts';
import { Charges } from './charges.ts';
import { Admissions } from './admission/admissions.ts';
import { Dependencies } from './admission/dependencies.ts';
import { FundsOutlook } from './admission/funds-outlook.ts';
import { FundsReview } from './admission/funds-review.ts';
import { Openings } from './admission/openings.ts';
import { SchedulePublisher } from './admission/schedule-publisher.ts';
import { WaitingReasons } from './admission/waiting-reasons.ts';
import { ClusterMetrics } from './cluster-metrics.ts';
import { ControllerSettings } from './controller-settings.ts';
import { AdmissionLoop } from './loops/admission.loop.ts';
import { AuditHeadLoop } from './loops/audit-head.loop.ts';
import { CleanUpLoop } from './loops/clean-up.loop.ts';
import { LapsesLoop } from './loops/lapses.loop.ts';
import { MeteringLoop } from './loops/metering.loop.ts';
import { NotificationsLoop } from './loops/notifications.loop.ts';
import { PodEventsLoop } from './loops/pod-events.loop.ts';
import { OrphansLoop } from './loops/orphans.loop.ts';
import { ReconciliationLoop } from './loops/reconciliation.loop.ts';
import { RemindersLoop } from './loops/reminders.loop.ts';
import { SecretsLoop } from './loops/secrets.loop.ts';
import { CompanyStatusLoop } from './loops/company-status.loop.ts';
import { LastSeenLoop } from './loops/last-seen.loop.ts';
import { MonthEndLoop } from './loops/month-end.loop.ts';
import { TenantSpacesLoop } from './loops/tenant-spaces.loop.ts';
import { UtilisationLoop } from './loops/utilisation.loop.ts';
import { WorkloadsLoop } from './loops/workloads.loop.ts';
import { HealthController } from './http/health.controller.ts';
import { MetricsController } from './http/metrics.controller.ts';
import { Loops } from './loops.ts';
import { ParkMetrics } from './park-metrics.ts';
import { Placements } from './placements.ts';
import { PodCache } from './pod-cache.ts';
import { PodEventBuffer } from './pod-event-buffer.ts';
import { PodOverheads } from './pod-overheads.ts';
import { LoopMetrics } from './schedules/loop-metrics.ts';
import { ScheduleReports } from './schedules/schedule-reports.ts';
import { ScheduledMethods } from './schedules/scheduled-methods.ts';
import { Schedules } from './schedules.ts';
import { StoppedJobs } from './stopped-jobs.ts';
import { Sharing } from './sharing.ts';
import { Attempts } from './workloads/attempts.ts';
import { ClusterCalls } from './workloads/cluster-calls.ts';
import { DecidedEnds } from './workloads/decided-ends.ts';
import { JobSecrets } from './workloads/job-secrets.ts';
import { LogKeeping } from './workloads/log-keeping.ts';
import { PodReleases } from './workloads/pod-releases.ts';
import { PodRecords } from './workloads/pod-records.ts';
import { PodRefusals } from './workloads/pod-refusals.ts';
import { Settlements } from './workloads/settlements.ts';

/** Name of the settings in the controller's `ConfigModule`. */
const CONTROLLER_CONFIG = 'controller';

const NO_MAIL: MailSettings = { publicUrl: 'http://localhost:8080', smtpUrl: undefined, mailFrom: 'Speedspace' };

/** A park that signs nothing. */
const UNSIGNED_PARK: ParkIdentity = { name: 'Speedspace', signingKey: undefined };

/** The loops of the park. Needs the database, the clock and the calendar from its process. */
@Module({})
export class ControllerModule {
  static register(
    location: ClusterLocation,
    settings: ControllerSettings,
    jobSettings = new JobSettings(),
    mail: MailSettings = NO_MAIL,
    attachments?: S3Settings,
    park: ParkIdentity = UNSIGNED_PARK,
    sealingSecrets: readonly string[] = [],
  ): DynamicModule {
    return {
      module: ControllerModule,
      imports: [
        // Several processes of a machine may be one (`npm start`), so the settings come from the caller and not from the environment.
        ConfigModule.forRoot({
          ...{ ignoreEnvFile: true, ignoreEnvVars: true, skipProcessEnv: true },
          load: [registerAs(CONTROLLER_CONFIG, () => settings)],
        }),
        DiscoveryModule,
        // The leader loops call the scheduled methods; the module's own timers would do so in every process.
        ScheduleModule.forRoot({ cronJobs: false, intervals: false }),
        MonitoringModule.register(migrations),
        AuditModule,
        ClusterModule.forRoot(location, 'controller', {
          ...{ relistSeconds: settings.relistSeconds, topologyLabels: jobSettings.topologyLabels },
        }),
        CatalogModule,
        CompaniesModule,
        FundingModule,
        JobsModule.forRoot(jobSettings),
        MeteringModule,
        PodHistoryModule,
        InsightModule,
        StatementsModule,
        MonthClosingModule,
        GrantsModule,
        ProgrammesModule,
        AttachmentsModule,
        ParkProposalsModule,
        SchedulingModule,
        SecretValuesModule.forRoot(sealingSecrets),
        SigningModule.forRoot(park),
        StorageModule.forRoot(attachments),
        NotificationsModule.forRoot(mail),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: ControllerSettings, useExisting: getConfigToken(CONTROLLER_CONFIG) },
        ...[
          AdmissionLoop,
          WorkloadsLoop,
          MeteringLoop,
          LastSeenLoop,
          LapsesLoop,
          MonthEndLoop,
          ReconciliationLoop,
          RemindersLoop,
          NotificationsLoop,
          OrphansLoop,
          CompanyStatusLoop,
          TenantSpacesLoop,
          SecretsLoop,
          CleanUpLoop,
          UtilisationLoop,
          AuditHeadLoop,
          PodEventsLoop,
          ScheduledMethods,
          Schedules,
          ScheduleReports,
          LoopMetrics,
          ParkMetrics,
          ClusterMetrics,
          Loops,
        ],
        ...[Openings, Admissions, Dependencies, FundsReview, FundsOutlook, WaitingReasons, SchedulePublisher],
        ...[PodCache, PodEventBuffer, PodOverheads, ClusterCalls, Placements, Charges, Sharing, StoppedJobs],
        ...[PodRecords, Attempts, DecidedEnds, JobSecrets, PodRefusals, Settlements, LogKeeping, PodReleases],
      ],
    };
  }
}
