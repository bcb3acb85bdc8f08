import { SettingsError } from '#kernel';
import { apiSettings } from './settings.ts';

const sound = { DATABASE_URL: 'postgres://u:p@localhost/db', JWT_SECRET: 'a secret of the tests, long enough' };

describe('the configuration of the API', () => {
  it('has defaults for everything but the database and the secret', () => {
    expect(apiSettings(sound)).toMatchObject({
      port: 8080,
      timeZone: 'Asia/Shanghai',
      identity: { accessTokenSeconds: 600, oidc: undefined },
    });
  });

  it.each([
    ['DATABASE_URL', { JWT_SECRET: sound.JWT_SECRET }],
    ['JWT_SECRET', { DATABASE_URL: sound.DATABASE_URL }],
    ['JWT_SECRET', { ...sound, JWT_SECRET: 'short' }],
    ['JWT_SECRET', { ...sound, JWT_SECRET: 'a'.repeat(64) }],
    ['SECRETS_KEY', { ...sound, SECRETS_KEY: 'a'.repeat(64) }],
    ['SECRETS_KEY', { ...sound, SECRETS_KEY: sound.JWT_SECRET }],
    ['SECRETS_PREVIOUS_KEYS', { ...sound, SECRETS_PREVIOUS_KEYS: 'a key of last year, which is long enough' }],
    ['JWT_PREVIOUS_SECRETS', { ...sound, JWT_PREVIOUS_SECRETS: 'short' }],
    ['SECOND_FACTOR_FOR_MONEY', { ...sound, SECOND_FACTOR_FOR_MONEY: 'true' }],
    ['TIME_ZONE', { ...sound, TIME_ZONE: 'Asia/Nowhere' }],
    ['PORT', { ...sound, PORT: 'eighty' }],
    ['SECOND_FACTOR_FOR_MONEY', { ...sound, SECOND_FACTOR_FOR_MONEY: 'yes' }],
    ['OIDC_CLIENT_ID', { ...sound, OIDC_ISSUER: 'https://issuer.example' }],
    ['S3_SECRET_ACCESS_KEY', { ...sound, S3_BUCKET: 'papers', S3_ACCESS_KEY_ID: 'key' }],
    ['EXPORTS_AT_ONCE', { ...sound, EXPORTS_AT_ONCE: '10', DATABASE_POOL: '10' }],
    ['SMTP_URL', { ...sound, SMTP_URL: 'mail.example:25' }],
  ])('refuses to start without a usable %s, by its name', (name, variables) => {
    expect(() => apiSettings(variables)).toThrow(SettingsError);
    expect(() => apiSettings(variables)).toThrow(name);
  });

  it('leaves a connection for others beside exports, however small the pool is', () => {
    const of = (variables: Record<string, string>): number => apiSettings({ ...sound, ...variables }).exportsAtOnce;
    expect([of({}), of({ DATABASE_POOL: '2' }), of({ DATABASE_POOL: '20', EXPORTS_AT_ONCE: '12' })]).toEqual([4, 1, 12]);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(apiSettings({ ...sound, SMTP_URL: '', PORT: '' }).port).toBe(8080);
  });

  it('never repeats a secret in its complaint', () => {
    let complaint = '';
    try {
      apiSettings({ ...sound, JWT_SECRET: 'hunter2' });
    } catch (error) {
      complaint = String(error);
    }
    expect(complaint).toContain('JWT_SECRET');
    expect(complaint).not.toContain('hunter2');
  });
});
