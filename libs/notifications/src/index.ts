/**
 * notifications — what people are told of events: mails, later webhooks and chat robots, and notices in the product. It owns the tables
 * `notification_delivery` and `notice`. Earlier modules record events in the outbox and never call it; it must never decide anything
 * about what it reports.
 */
export type { Channel, OutgoingMessage, SendOutcome } from './channels/channel.ts';
export { deleteFinishedDeliveries } from './deliveries.queries.ts';
export { NoticeEntity } from './notice.entity.ts';
export { NoticesModule } from './notices.module.ts';
export { deleteOldNotices } from './notices.queries.ts';
export { type NoticeFilter, NoticesService } from './notices.service.ts';
export { mailEnvironment, type MailSettings, mailSettingsOf } from './notification-settings.ts';
export { NotificationsModule } from './notifications.module.ts';
export { NotificationsService } from './notifications.service.ts';
