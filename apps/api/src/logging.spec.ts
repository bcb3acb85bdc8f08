import { pino } from 'pino';
import { logging } from './logging.ts';
import { apiSettings } from './settings.ts';

describe('the log', () => {
  it('holds no secret, whoever logs it', () => {
    const lines: string[] = [];
    const settings = apiSettings({ DATABASE_URL: 'postgres://localhost/db', JWT_SECRET: 'a secret of the tests, long enough' });
    const [{ redact, serializers }] = logging(settings).pinoHttp;
    const log = pino({ redact, serializers }, { write: (line: string) => lines.push(line) });
    log.info({
      req: { url: '/api/v1/auth/oidc/callback?code=s3cret', headers: { authorization: 'Bearer s3cret', cookie: 'mss_refresh=s3cret' } },
    });
    log.info({ input: { password: 's3cret', refreshToken: 's3cret', code: 's3cret' } });
    log.info({ res: { headers: { 'set-cookie': 'mss_refresh=s3cret', location: 'https://idp.example/auth?state=s3cret&nonce=s3cret' } } });
    log.info({ req: { url: '/', headers: { referer: 'https://idp.example/login?state=s3cret' } } });
    log.info({ oidc: { state: 's3cret', nonce: 's3cret' } });
    expect(lines.join('')).not.toContain('s3cret');
    expect(lines.join('')).toContain('/api/v1/auth/oidc/callback');
  });
});
