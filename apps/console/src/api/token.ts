/**
 * The access token of this page. It is kept in memory only; the refresh token is in a cookie that no script reads. One refresh runs at a
 * time, also across tabs, because each refresh token may be used once.
 */
import type { components } from '#api-client';

export type SessionState = 'signed-in' | 'signed-out' | 'expired';
type Tokens = components['schemas']['Tokens'];

const HINT = 'mss.signed-in';
/** A token that ends within this time is replaced before it is used. */
const MARGIN_MS = 30_000;

let token: { readonly value: string; readonly until: number } | undefined;
let refreshing: Promise<string | undefined> | undefined;
const listeners = new Set<(state: SessionState) => void>();

function hint(value?: 'yes'): boolean {
  try {
    if (value !== undefined) localStorage.setItem(HINT, value);
    return localStorage.getItem(HINT) !== null;
  } catch {
    return true;
  }
}

function forgetHint(): void {
  try {
    localStorage.removeItem(HINT);
  } catch {
    // A browser without storage has no hint to forget.
  }
}

export function onSessionChange(listener: (state: SessionState) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(state: SessionState): void {
  listeners.forEach((listener) => listener(state));
}

/** Takes the tokens of a sign-in into use. */
export function keepTokens({ accessToken, expiresInSeconds }: Pick<Tokens, 'accessToken' | 'expiresInSeconds'>): void {
  token = { value: accessToken, until: Date.now() + expiresInSeconds * 1_000 };
  hint('yes');
  tell('signed-in');
}

/** Forgets the tokens, after a sign-out. */
export function dropTokens(): void {
  token = undefined;
  forgetHint();
  tell('signed-out');
}

/** Whether a browser that comes back from an OpenID provider has a session that this page does not know of yet. */
let cameBack = new URLSearchParams(location.search).has('signedIn');

/** Whether a sign-in took place in this browser: only then a refresh can succeed. */
export function mayRefresh(): boolean {
  return cameBack || hint();
}

/** The access token, refreshed where it ends soon; undefined where nobody is signed in. */
export async function accessToken(): Promise<string | undefined> {
  if (token !== undefined && token.until - Date.now() > MARGIN_MS) return token.value;
  return await refreshToken();
}

/** Takes a new access token by the cookie. @throws TypeError when the API cannot be reached */
export async function refreshToken(): Promise<string | undefined> {
  if (!mayRefresh()) {
    endSession();
    return undefined;
  }
  refreshing ??= exclusively(refreshNow).finally(() => {
    refreshing = undefined;
  });
  return await refreshing;
}

async function refreshNow(): Promise<string | undefined> {
  cameBack = false;
  const answer = await fetch('/api/v1/auth/refresh', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
  if (answer.ok) {
    keepTokens((await answer.json()) as Tokens);
    return token?.value;
  }
  if (answer.status >= 500 || answer.status === 429) throw new TypeError(`The API answers ${answer.status}.`);
  endSession();
  return undefined;
}

/** Reports once that the session of this page is over. What follows without a session does not change what was reported. */
function endSession(): void {
  const had = token !== undefined;
  token = undefined;
  forgetHint();
  if (had) tell('expired');
}

async function exclusively(work: () => Promise<string | undefined>): Promise<string | undefined> {
  return 'locks' in navigator ? await navigator.locks.request('mss.refresh', work) : await work();
}
