import { Foundation1764000000001 } from './1764000000001-foundation.ts';
import { Audit1764000000010 } from './1764000000010-audit.ts';
import { Identity1764000000020 } from './1764000000020-identity.ts';
import { IdempotentRequests1764000000024 } from './1764000000024-idempotent-requests.ts';
import { Tenancy1764000000030 } from './1764000000030-tenancy.ts';
import { Catalog1764000000040 } from './1764000000040-catalog.ts';
import { LedgerTables1764000000050 } from './1764000000050-ledger-tables.ts';
import { LedgerGuards1764000000051 } from './1764000000051-ledger-guards.ts';
import { LedgerFunctions1764000000052 } from './1764000000052-ledger-functions.ts';
import { Subsidy1764000000060 } from './1764000000060-subsidy.ts';
import { ProgrammeTerms1764000000061 } from './1764000000061-programme-terms.ts';
import { Applications1764000000062 } from './1764000000062-applications.ts';
import { Attachments1764000000063 } from './1764000000063-attachments.ts';
import { ConcurrencyLimits1764000000064 } from './1764000000064-concurrency-limits.ts';
import { Funding1764000000070 } from './1764000000070-funding.ts';
import { Jobs1764000000080 } from './1764000000080-jobs.ts';
import { Metering1764000000090 } from './1764000000090-metering.ts';
import { Statements1764000000100 } from './1764000000100-statements.ts';
import { TenantIsolation1764000000110 } from './1764000000110-tenant-isolation.ts';
import { UsageByEnd1764000000210 } from './1764000000210-usage-by-end.ts';
import { FundsWarnings1764000000220 } from './1764000000220-funds-warnings.ts';
import { RefundKind1764000000221 } from './1764000000221-refund-kind.ts';
import { RefundedUsage1764000000222 } from './1764000000222-refunded-usage.ts';
import { Incidents1764000000223 } from './1764000000223-incidents.ts';
import { VanishedPods1764000000230 } from './1764000000230-vanished-pods.ts';
import { ChargedByMonthEnd1764000000240 } from './1764000000240-charged-by-month-end.ts';
import { RequeuedStarts1764000000310 } from './1764000000310-requeued-starts.ts';
import { SilentNodes1764000000320 } from './1764000000320-silent-nodes.ts';
import { MeteredUntil1764000000321 } from './1764000000321-metered-until.ts';
import { LogScope1764000000300 } from './1764000000300-log-scope.ts';
import { DecidedEnds1764000000330 } from './1764000000330-decided-ends.ts';
import { ReusedPodUids1764000000331 } from './1764000000331-reused-pod-uids.ts';
import { TenantRights1764000000350 } from './1764000000350-tenant-rights.ts';
import { AuditHeadReports1764000000351 } from './1764000000351-audit-head-reports.ts';
import { MonthsCloseInOrder1764000000360 } from './1764000000360-months-close-in-order.ts';
import { KeptAnswers1764000000370 } from './1764000000370-kept-answers.ts';
import { EntriesOfAJob1764000000371 } from './1764000000371-entries-of-a-job.ts';
import { CurrentGrants1764000000372 } from './1764000000372-current-grants.ts';
import { CleanUp1764000000380 } from './1764000000380-clean-up.ts';
import { HeldClawBacks1764000000361 } from './1764000000361-held-claw-backs.ts';
import { ProvenAddresses1764000000340 } from './1764000000340-proven-addresses.ts';
import { BoundedPersonalTokens1764000000341 } from './1764000000341-bounded-personal-tokens.ts';
import { FailedAttempts1764000000342 } from './1764000000342-failed-attempts.ts';
import { RequestedLetters1764000000343 } from './1764000000343-requested-letters.ts';
import { SealingKeys1764000000344 } from './1764000000344-sealing-keys.ts';
import { ColleaguesProven1764000000395 } from './1764000000395-colleagues-proven.ts';
import { RefundReversals1764000000396 } from './1764000000396-refund-reversals.ts';
import { PodRecords1764000000510 } from './1764000000510-pod-records.ts';
import { LateEntries1764000000511 } from './1764000000511-late-entries.ts';
import { ReconciliationRuns1764000000512 } from './1764000000512-reconciliation-runs.ts';
import { BankTransfers1764000000513 } from './1764000000513-bank-transfers.ts';
import { PendingDecisions1764000000362 } from './1764000000362-pending-decisions.ts';
import { TopUps1764000000363 } from './1764000000363-top-ups.ts';
import { Codes1764000000450 } from './1764000000450-codes.ts';
import { PublicViews1764000000451 } from './1764000000451-public-views.ts';
import { ScheduleNames1764000000420 } from './1764000000420-schedule-names.ts';
import { KeysOfRequestedMails1764000000440 } from './1764000000440-keys-of-requested-mails.ts';
import { Schedules1764000000421 } from './1764000000421-schedules.ts';
import { Outbox1764000000410 } from './1764000000410-outbox.ts';
import { Notifications1764000000411 } from './1764000000411-notifications.ts';
import { MailFailures1764000000412 } from './1764000000412-mail-failures.ts';
import { ChargedAdmissions1764000000460 } from './1764000000460-charged-admissions.ts';
import { EndedAttempts1764000000461 } from './1764000000461-ended-attempts.ts';
import { EntriesOfAJobByBlock1764000000521 } from './1764000000521-entries-of-a-job-by-block.ts';
import { LedgerDailySums1764000000520 } from './1764000000520-ledger-daily-sums.ts';
import { FormerNames1764000000490 } from './1764000000490-former-names.ts';
import { ClosedSettlements1764000000491 } from './1764000000491-closed-settlements.ts';
import { SigningKeys1764000000500 } from './1764000000500-signing-keys.ts';
import { MonthRecords1764000000501 } from './1764000000501-month-records.ts';
import { RequestedMails1764000000480 } from './1764000000480-requested-mails.ts';
import { UnreadViewOfClosedPeriods1764000000481 } from './1764000000481-unread-view-of-closed-periods.ts';
import { DeliveriesOfPasswordLinks1764000000482 } from './1764000000482-deliveries-of-password-links.ts';
import { PaidBesideByAccount1764000000522 } from './1764000000522-paid-beside-by-account.ts';
import { CorrectionsOfAPeriod1764000000523 } from './1764000000523-corrections-of-a-period.ts';
import { LatestEntriesOfAJob1764000000524 } from './1764000000524-latest-entries-of-a-job.ts';
import { PodPlacementOfClasses1764000000540 } from './1764000000540-pod-placement-of-classes.ts';
import { LedgerUsageSums1764000000550 } from './1764000000550-ledger-usage-sums.ts';
import { GrantsOfProgrammes1764000000551 } from './1764000000551-grants-of-programmes.ts';
import { PartlyReversedTransfers1764000000600 } from './1764000000600-partly-reversed-transfers.ts';
import { UsageCharges1764000000585 } from './1764000000585-usage-charges.ts';
import { Utilisation1764000000552 } from './1764000000552-utilisation.ts';
import { MonthReadyNotices1764000000502 } from './1764000000502-month-ready-notices.ts';
import { ChangedObjects1764000000565 } from './1764000000565-changed-objects.ts';
import { NodesOfPodRecords1764000000566 } from './1764000000566-nodes-of-pod-records.ts';
import { ChangesHiddenFromTenants1764000000567 } from './1764000000567-changes-hidden-from-tenants.ts';
import { JobsFoundByText1764000000630 } from './1764000000630-jobs-found-by-text.ts';
import { JobCharges1764000000710 } from './1764000000710-job-charges.ts';
import { LimitTree1764000000720 } from './1764000000720-limit-tree.ts';
import { Projects1764000000770 } from './1764000000770-projects.ts';
import { FormDrafts1764000000680 } from './1764000000680-form-drafts.ts';
import { PublishedSchedule1764000000790 } from './1764000000790-published-schedule.ts';
import { PodEvents1764000000870 } from './1764000000870-pod-events.ts';
import { PodFailures1764000000810 } from './1764000000810-pod-failures.ts';
import { CompanySecrets1764000000840 } from './1764000000840-company-secrets.ts';
import { JobDependencies1764000000811 } from './1764000000811-job-dependencies.ts';
import { KeptLogs1764000000871 } from './1764000000871-kept-logs.ts';

/** All migrations, in the order in which they run. */
export const migrations = [
  Foundation1764000000001,
  Audit1764000000010,
  Identity1764000000020,
  IdempotentRequests1764000000024,
  Tenancy1764000000030,
  Catalog1764000000040,
  LedgerTables1764000000050,
  LedgerGuards1764000000051,
  LedgerFunctions1764000000052,
  Subsidy1764000000060,
  ProgrammeTerms1764000000061,
  Applications1764000000062,
  Attachments1764000000063,
  ConcurrencyLimits1764000000064,
  Funding1764000000070,
  Jobs1764000000080,
  Metering1764000000090,
  Statements1764000000100,
  TenantIsolation1764000000110,
  UsageByEnd1764000000210,
  FundsWarnings1764000000220,
  RefundKind1764000000221,
  RefundedUsage1764000000222,
  Incidents1764000000223,
  VanishedPods1764000000230,
  ChargedByMonthEnd1764000000240,
  RequeuedStarts1764000000310,
  SilentNodes1764000000320,
  MeteredUntil1764000000321,
  DecidedEnds1764000000330,
  ReusedPodUids1764000000331,
  TenantRights1764000000350,
  AuditHeadReports1764000000351,
  MonthsCloseInOrder1764000000360,
  KeptAnswers1764000000370,
  EntriesOfAJob1764000000371,
  CurrentGrants1764000000372,
  CleanUp1764000000380,
  HeldClawBacks1764000000361,
  PendingDecisions1764000000362,
  TopUps1764000000363,
  ProvenAddresses1764000000340,
  BoundedPersonalTokens1764000000341,
  FailedAttempts1764000000342,
  RequestedLetters1764000000343,
  SealingKeys1764000000344,
  ColleaguesProven1764000000395,
  RefundReversals1764000000396,
  PodRecords1764000000510,
  LateEntries1764000000511,
  ReconciliationRuns1764000000512,
  BankTransfers1764000000513,
  LogScope1764000000300,
  Codes1764000000450,
  PublicViews1764000000451,
  ScheduleNames1764000000420,
  KeysOfRequestedMails1764000000440,
  Schedules1764000000421,
  Outbox1764000000410,
  Notifications1764000000411,
  MailFailures1764000000412,
  ChargedAdmissions1764000000460,
  EndedAttempts1764000000461,
  LedgerDailySums1764000000520,
  FormerNames1764000000490,
  ClosedSettlements1764000000491,
  SigningKeys1764000000500,
  MonthRecords1764000000501,
  RequestedMails1764000000480,
  UnreadViewOfClosedPeriods1764000000481,
  DeliveriesOfPasswordLinks1764000000482,
  EntriesOfAJobByBlock1764000000521,
  PaidBesideByAccount1764000000522,
  CorrectionsOfAPeriod1764000000523,
  LatestEntriesOfAJob1764000000524,
  MonthReadyNotices1764000000502,
  PodPlacementOfClasses1764000000540,
  LedgerUsageSums1764000000550,
  GrantsOfProgrammes1764000000551,
  ChangedObjects1764000000565,
  PartlyReversedTransfers1764000000600,
  UsageCharges1764000000585,
  NodesOfPodRecords1764000000566,
  Utilisation1764000000552,
  ChangesHiddenFromTenants1764000000567,
  JobsFoundByText1764000000630,
  JobCharges1764000000710,
  LimitTree1764000000720,
  Projects1764000000770,
  FormDrafts1764000000680,
  PublishedSchedule1764000000790,
  PodEvents1764000000870,
  PodFailures1764000000810,
  CompanySecrets1764000000840,
  JobDependencies1764000000811,
  KeptLogs1764000000871,
];
