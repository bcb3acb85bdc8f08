import type { BrowserContext } from 'playwright-core';

/** Requests to the API as a person; `path` begins after /api/v1. Throws where the API refuses. */
export type Requests = <T = unknown>(
  method: 'get' | 'post' | 'put' | 'delete',
  path: string,
  data?: object,
  headers?: Readonly<Record<string, string>>,
) => Promise<T>;

/** Requests as a person of the demo, in a session of their own beside the one of the browser. */
export async function requestsAs(context: BrowserContext, email: string): Promise<Requests> {
  const signIn = await context.request.post('/api/v1/demo/sign-in', { data: { email } });
  if (!signIn.ok()) throw new Error(`${email} cannot sign in: ${signIn.status()} ${await signIn.text()}`);
  const { accessToken } = (await signIn.json()) as { accessToken: string };
  return async <T>(...[method, path, data, headers]: Parameters<Requests>) => {
    const answer = await context.request[method](`/api/v1${path}`, {
      headers: { Authorization: `Bearer ${accessToken}`, ...headers },
      ...(data !== undefined && { data }),
    });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return (answer.status() === 204 ? undefined : await answer.json()) as T;
  };
}
