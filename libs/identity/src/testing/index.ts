export { TEST_IDENTITY_SETTINGS } from './identity-settings.ts';
