export { MailServer, type ReceivedLetter } from './mail-server.ts';
