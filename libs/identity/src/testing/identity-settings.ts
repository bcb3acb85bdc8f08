import type { IdentitySettings } from '../identity-settings.ts';

/** Settings of a deployment in which nobody signs in over the network. */
export const TEST_IDENTITY_SETTINGS: IdentitySettings = {
  ...{
    signingSecrets: ['of the tests'],
    sealingSecrets: ['of the tests too'],
    accessTokenSeconds: 60,
    sessionSeconds: 60,
    secondFactorForMoney: false,
    oidc: undefined,
  },
  ...{ personalTokenDays: 366, tokenSecondFactorDays: 30, mailsPerAddress: 5, mailsPerRequester: 50 },
  ...{ publicUrl: 'http://localhost', sendsMail: false },
};
