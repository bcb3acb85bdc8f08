import type { Params } from 'nestjs-pino';
import { type DestinationStream, destination } from 'pino';
import type { ApiSettings } from './settings.ts';

/** Headers and fields that contain secrets. They are never logged. */
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
  '*.state',
  '*.nonce',
];

/** Fields with addresses. Their queries may contain a code or a token, so only the path is logged. */
function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

type Headers = Readonly<Record<string, unknown>>;

/** The headers, with addresses without their queries: a redirect to an OpenID provider has state and nonce, the one back a code. */
function loggedHeaders(headers: Headers | undefined): Headers | undefined {
  if (headers === undefined) return undefined;
  const addresses = ['location', 'referer'].flatMap((name) =>
    typeof headers[name] === 'string' ? [[name, withoutQuery(headers[name])] as const] : [],
  );
  return { ...headers, ...Object.fromEntries(addresses) };
}

function loggedRequest(request: { url: string; headers?: Headers }): object {
  return { ...request, url: withoutQuery(request.url), query: undefined, headers: loggedHeaders(request.headers) };
}

function loggedResponse(response: { headers?: Headers }): object {
  return { ...response, headers: loggedHeaders(response.headers) };
}

/** Routes that machines call every few seconds. Their requests are not logged. */
const PROBES = new Set(['/healthz', '/readyz', '/metrics']);

/** One JSON line per request. Bodies are never logged. */
export function logging(settings: ApiSettings, log: DestinationStream = destination(1)) {
  return {
    pinoHttp: [
      {
        level: settings.logLevel,
        redact: { paths: SECRETS, censor: '[secret]' },
        serializers: { req: loggedRequest, res: loggedResponse },
        autoLogging: { ignore: ({ url = '' }) => PROBES.has(url) },
      },
      log,
    ],
  } satisfies Params;
}
