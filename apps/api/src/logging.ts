import type { Params } from 'nestjs-pino';
import { type DestinationStream, destination } from 'pino';
import type { ApiSettings } from './settings.ts';

/** Headers and fields that hold a secret; they are not logged, whoever logs them. */
const SECRETS = [
  'req.headers.authorization',
  'req.headers.cookie',
  'res.headers["set-cookie"]',
  '*.password',
  '*.secret',
  '*.token',
  '*.refreshToken',
  '*.accessToken',
  '*.code',
];

/** The query of these may hold a code or a token: only the path is logged. */
function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

/** One JSON line per request. Bodies are never logged. */
export function logging(settings: ApiSettings, log: DestinationStream = destination(1)) {
  return {
    pinoHttp: [
      {
        level: settings.logLevel,
        redact: { paths: SECRETS, censor: '[secret]' },
        serializers: { req: (request: { url: string }) => ({ ...request, url: withoutQuery(request.url), query: undefined }) },
        autoLogging: { ignore: (request) => request.url === '/healthz' || request.url === '/readyz' },
      },
      log,
    ],
  } satisfies Params;
}
