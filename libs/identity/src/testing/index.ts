export { TEST_IDENTITY_SETTINGS } from './identity-settings.ts';
export { MailServer, tokenIn, type ReceivedLetter } from './mail-server.ts';
