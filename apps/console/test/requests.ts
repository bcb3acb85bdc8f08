import type { BrowserContext } from 'playwright-core';

/** Requests to the API as a person; `path` begins after /api/v1. Throws where the API refuses. */
export type Requests = <T = unknown>(
  method: 'get' | 'post' | 'put' | 'delete',
  path: string,
  data?: object,
  headers?: Readonly<Record<string, string>>,
) => Promise<T>;

/** What an API that fails answers. */
export const PROBLEM = JSON.stringify({
  ...{ type: 'about:blank', title: 'Internal Server Error', status: 500 },
  ...{ code: 'internal', detail: 'It failed.' },
});

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

/** Submits an application of the company for an amount in fen of a programme. */
export async function applyForGrant(asOwner: Requests, amount: number): Promise<{ id: string; programmeId: string; asOwner: Requests }> {
  const { items } = await asOwner<{ items: readonly { id: string; code: string }[] }>('get', '/programmes');
  const programmeId = items.find(({ code }) => code === 'xuhui-2026')?.id ?? '';
  const [from, until] = [new Date(), new Date(Date.now() + 30 * 86_400_000)].map((at) => at.toISOString());
  const draft = { kind: 'grant', programmeId, amount, validFrom: from, validUntil: until, purpose: '模型微调' };
  const { id } = await asOwner<{ id: string }>('post', '/applications', draft);
  await asOwner('post', `/applications/${id}/submit`, undefined, { 'If-Match': '"1"' });
  return { id, programmeId, asOwner };
}
