import type { Params } from 'nestjs-pino';
import { type DestinationStream, destination } from 'pino';
import type { ApiSettings } from './settings.ts';

/** Headers and fields that hold a secret. No part of the program logs them. */
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

/** The query of these may hold a code or a token: only the path is logged. */
function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

type Headers = Readonly<Record<string, unknown>>;

/** Addresses in headers lose their queries too: a redirect to an OpenID provider holds state and nonce, the way back a code. */
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

/** What machines ask every few seconds; their requests are not logged. */
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
