import type { components } from '#api-client';
import { keepTokens } from '../../api/token.ts';

/** Only standalone has these routes, so the description of the API does not have them. */
const PEOPLE = '/api/v1/demo/people';
const SIGN_IN = '/api/v1/demo/sign-in';

export interface DemoPerson {
  readonly email: string;
  readonly name: string;
  readonly role: components['schemas']['Me']['roles'][number];
  readonly company?: string;
  readonly about: string;
}

/** @throws Problem, TypeError */
async function answerOf<T>(request: Promise<Response>): Promise<T> {
  const answer = await request;
  const body: unknown = await answer.json();
  if (!answer.ok) throw body;
  return body as T;
}

export async function demoPeople(language: 'zh' | 'en'): Promise<readonly DemoPerson[]> {
  return (await answerOf<{ people: DemoPerson[] }>(fetch(`${PEOPLE}?language=${language}`))).people;
}

/** Signs in as a person of the demo, without a password. */
export async function signInAsDemo(email: string): Promise<void> {
  const body = JSON.stringify({ email, keepIn: 'cookie' });
  const headers = { 'Content-Type': 'application/json' };
  keepTokens(await answerOf<components['schemas']['Tokens']>(fetch(SIGN_IN, { method: 'POST', headers, body })));
}
