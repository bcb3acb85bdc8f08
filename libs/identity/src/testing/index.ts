export { TEST_IDENTITY_SETTINGS } from './identity-settings.ts';
export { givePassword } from './passwords.ts';
