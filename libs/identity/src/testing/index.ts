export { TEST_IDENTITY_SETTINGS } from './identity-settings.ts';
export { MailServer, tokenIn, type ReceivedMessage } from './mail-server.ts';
