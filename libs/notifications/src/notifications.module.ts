import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { CHANNELS } from './channels/channel.ts';
import { MailChannel } from './channels/mail.channel.ts';
import { LINK_ISSUERS, type LinkIssuer } from './channels/secret-links.ts';
import { DeliveriesService } from './deliveries.service.ts';
import { DeliveryClock, MAIL_SETTINGS, type MailSettings } from './notification-settings.ts';
import { NotificationsService } from './notifications.service.ts';
import { OutboxRelayService } from './outbox-relay.service.ts';
import { ApplicationsDueTopic } from './topics/applications-due.ts';
import { AuditHeadTopic } from './topics/audit-head.ts';
import { DrainWarningTopic } from './topics/drain-warning.ts';
import { FundsWarningTopic } from './topics/funds-warning.ts';
import { InvitationTopic } from './topics/invitation.ts';
import { JobEndedTopic } from './topics/job-ended.ts';
import { MonthReadyTopic } from './topics/month-ready.ts';
import { PasswordLinkTopic } from './topics/password-link.ts';
import { ReconciliationDifferedTopic } from './topics/reconciliation-differed.ts';
import { RefundTopic } from './topics/refund.ts';
import { TransferChangedTopic } from './topics/transfer-changed.ts';
import { TOPIC_HANDLERS, type TopicHandler } from './topics/topic.ts';

const TOPICS = [
  PasswordLinkTopic,
  InvitationTopic,
  ApplicationsDueTopic,
  AuditHeadTopic,
  DrainWarningTopic,
  FundsWarningTopic,
  JobEndedTopic,
  RefundTopic,
  MonthReadyTopic,
  ReconciliationDifferedTopic,
  TransferChangedTopic,
];

/** Delivers the events of the outbox. Needs the database and a `Clock` from global modules of the app. */
@Module({})
export class NotificationsModule {
  static forRoot(settings: MailSettings): DynamicModule {
    return {
      module: NotificationsModule,
      imports: [AuditModule],
      providers: [
        { provide: MAIL_SETTINGS, useValue: settings },
        ...[DeliveryClock, MailChannel, ...TOPICS],
        { provide: CHANNELS, inject: [MailChannel], useFactory: (mail: MailChannel) => [mail] },
        { provide: TOPIC_HANDLERS, inject: TOPICS, useFactory: (...handlers: TopicHandler[]) => handlers },
        {
          provide: LINK_ISSUERS,
          inject: [PasswordLinkTopic, InvitationTopic],
          useFactory: (...issuers: LinkIssuer[]) => issuers,
        },
        ...[OutboxRelayService, DeliveriesService, NotificationsService],
      ],
      exports: [NotificationsService],
    };
  }
}
