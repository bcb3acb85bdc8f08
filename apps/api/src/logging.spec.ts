import { pino } from 'pino';
import { logging } from './logging.ts';
import { apiSettings } from './settings.ts';

describe('the log', () => {
  it('holds no secret, whoever logs it', () => {
    const lines: string[] = [];
    const settings = apiSettings({ DATABASE_URL: 'postgres://localhost/db', JWT_SECRET: 'x'.repeat(32) });
    const [{ redact, serializers }] = logging(settings).pinoHttp;
    const log = pino({ redact, serializers }, { write: (line: string) => lines.push(line) });
    log.info({
      req: { url: '/api/v1/auth/oidc/callback?code=s3cret', headers: { authorization: 'Bearer s3cret', cookie: 'mss_refresh=s3cret' } },
    });
    log.info({ input: { password: 's3cret', refreshToken: 's3cret', code: 's3cret' } });
    log.info({ res: { headers: { 'set-cookie': 'mss_refresh=s3cret' } } });
    expect(lines.join('')).not.toContain('s3cret');
    expect(lines.join('')).toContain('/api/v1/auth/oidc/callback');
  });
});
