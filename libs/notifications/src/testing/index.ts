export { MailDelivery } from './mail-delivery.ts';
export { MailServer, tokenIn, type ReceivedMessage } from './mail-server.ts';
