import createQueryClient from 'openapi-react-query';
import { createApiClient } from '#api-client';
import { currentCompany } from './capacity.ts';
import { reportReachable, reportUnreachable } from './connection.ts';
import { accessToken, refreshToken } from './token.ts';

const UNAVAILABLE = [502, 503, 504];

/**
 * `fetch` with the session of this page and the company it acts for. A token that is refused is refreshed once. Where a gateway answers for an
 * API that is down, it throws a `TypeError`, as `fetch` does where nobody answers.
 */
export async function authorizedFetch(request: Request): Promise<Response> {
  try {
    const again = request.clone();
    let answer = await send(request, await accessToken());
    if (answer.status === 401) {
      const token = await refreshToken();
      if (token !== undefined) answer = await send(again, token);
    }
    if (!UNAVAILABLE.includes(answer.status)) reportReachable();
    else if (isProblemAnswer(answer)) reportUnreachable();
    else throw new TypeError(`HTTP ${answer.status}`);
    return answer;
  } catch (error) {
    if (error instanceof TypeError) reportUnreachable();
    throw error;
  }
}

/** Whether the API itself answered, and says what is wrong. */
function isProblemAnswer(answer: Response): boolean {
  return answer.headers.get('Content-Type')?.startsWith('application/problem+json') === true;
}

async function send(request: Request, token: string | undefined): Promise<Response> {
  if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`);
  const company = currentCompany();
  if (company !== undefined) request.headers.set('X-Company', company);
  return await fetch(request);
}

/** The typed client of the API. */
export const api = createApiClient({ baseUrl: location.origin, fetch: authorizedFetch });

/** The same as hooks of TanStack Query: `$api.useQuery('get', '/api/v1/jobs', …)`. */
export const $api = createQueryClient(api);

/** The client for routes that everybody may call: it sends no token. */
export const publicApi = createApiClient({ baseUrl: location.origin });
