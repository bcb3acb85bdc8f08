import { setTimeout as sleep } from 'node:timers/promises';
import { ApiException } from '@kubernetes/client-node';
import isNetworkError from 'is-network-error';
import pRetry from 'p-retry';
import { DomainError } from '#kernel';

/** Two more tries within some half a second: a blink of the API server. A longer absence is for the loops to wait out, in which others wait too. */
const RETRIES = 2;
const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 1_000;
/** A server that asks us to wait longer than this is unavailable to us. */
const LONGEST_RETRY_AFTER_SECONDS = 10;

/** 401 among them: a token or certificate that was renewed is read anew for the next try. */
const PASSING_STATUSES = new Set([401, 409, 429, 500, 502, 503, 504]);
/** What an object too large is answered with, beside 413: a 500 by the limits of etcd and of its gRPC (1.5 and 2 MiB). */
const TOO_LARGE = /etcdserver: request is too large|ResourceExhausted|trying to send message larger than max/;
/** Answers about one object that stay what they are as long as the object does. */
const REFUSALS = new Set([400, 403, 413, 422]);
/** A 403 that is not about the object: our account lacks a right, a quota is used up, or the namespace is on its way out. */
const NOT_THE_OBJECTS_FAULT = /\bUser "|cannot (?:create|patch|update|delete|get|list|watch) resource|exceeded quota|being terminated/;

/**
 * The API server refuses an object as it is, and always will.
 * @param serverMessage in the words of the API server
 */
export class ClusterRefusal extends DomainError {
  constructor(
    what: string,
    readonly serverMessage: string,
    status: number,
  ) {
    super('cluster.refused', { detail: `The cluster refused to ${what}: ${status} ${serverMessage}`.trim(), kind: 'conflict' });
    this.name = 'ClusterRefusal';
  }
}

/** HTTP status of an answer of the API server; undefined for a failure without an answer. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof ApiException) return error.code;
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return undefined;
}

/** Codes of Node.js and undici for a connection that cannot be made, broke, or fell silent. */
const TRANSPORT_CODES =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_AGAIN|HPE_\w+|UND_ERR_(CONNECT_TIMEOUT|HEADERS_TIMEOUT|BODY_TIMEOUT|SOCKET|CLOSED|DESTROYED|RES_CONTENT_LENGTH_MISMATCH))$/;

/** A connection that ended before its answer did. */
export class AnswerCut extends Error {
  readonly code = 'ECONNRESET';
}

/** Whether the connection failed, and not what was asked, nor the program that asks: `fetch` reports both by a `TypeError`. */
function isTransportFailure(error: unknown): boolean {
  if (isNetworkError(error)) return true;
  if (!(error instanceof Error)) return false;
  if (error.name === 'TimeoutError') return true;
  if ('code' in error && typeof error.code === 'string' && TRANSPORT_CODES.test(error.code)) return true;
  return isTransportFailure(error.cause);
}

/** Whether the same request may well succeed in a moment: a conflict, a busy or failing server, a broken connection. */
export function isTransient(error: unknown): boolean {
  const status = statusOf(error);
  if (status === undefined) return isTransportFailure(error);
  return PASSING_STATUSES.has(status) && !isTooLarge(error);
}

function isTooLarge(error: unknown): boolean {
  const status = statusOf(error);
  return status === 413 || (status === 500 && TOO_LARGE.test(saidIn(error)));
}

/** Whether the API server refuses the object itself: the same object is refused again whenever it is sent. */
function isRefusal(error: unknown): boolean {
  if (isTooLarge(error)) return true;
  const status = statusOf(error) ?? 0;
  return REFUSALS.has(status) && !(status === 403 && !isAboutTheObject(saidIn(error)));
}

/** Whether a refusal, by the API server's own words, is about the object itself, and not about rights, quotas or the namespace. */
export function isAboutTheObject(said: string): boolean {
  return !NOT_THE_OBJECTS_FAULT.test(said);
}

/** Who waited half a minute in vain does not wait again at once: others have their turn first. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || isTimeout(error.cause));
}

/**
 * Sends a request, again with growing, jittered pauses while its failure is a passing one, and as late as `Retry-After` asks.
 * @throws DomainError `cluster.unavailable` when that did not help, `cluster.unauthenticated`, `cluster.not-allowed` when our account may not or a quota is used
 * up, `cluster.not-found`; anything else as it is, for it is a fault of ours
 * @throws ClusterRefusal when the server says no to this very object
 */
export async function calling<T>(what: string, request: () => Promise<T>): Promise<T> {
  try {
    return await pRetry(request, {
      retries: RETRIES,
      factor: 2,
      minTimeout: FIRST_PAUSE_MILLISECONDS,
      maxTimeout: LONGEST_PAUSE_MILLISECONDS,
      randomize: true,
      shouldRetry: ({ error }) => isTransient(error) && !isTimeout(error),
      onFailedAttempt: async ({ error, retriesLeft }) => {
        const seconds = retryAfterSeconds(error);
        if (seconds > 0 && retriesLeft > 0) await sleep(Math.min(seconds, LONGEST_RETRY_AFTER_SECONDS) * 1_000);
      },
    });
  } catch (error) {
    throw clusterError(what, error);
  }
}

/** `request`'s answer, or undefined when what it is about does not exist. */
export async function unlessGone<T>(request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await request();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** What failed, as the rest of the system understands it; what is no failure of the cluster stays what it is. */
export function clusterError(what: string, error: unknown): unknown {
  const status = statusOf(error);
  if (status === undefined && !isTransient(error)) return error;
  if (status === 401) {
    return new DomainError('cluster.unauthenticated', {
      detail: `The cluster did not ${what}: it does not accept our credentials (401).`,
      remedy: 'Renew the token or the certificate of the kubeconfig; its files are read again with the next request.',
      kind: 'unavailable',
    });
  }
  if (status === undefined || isTransient(error)) {
    return new DomainError('cluster.unavailable', {
      detail: `The cluster did not ${what}: ${reasonOf(error)}.`,
      remedy: 'It is tried again; look at the cluster if it stays.',
      kind: 'unavailable',
    });
  }
  if (isRefusal(error)) return new ClusterRefusal(what, saidIn(error), status);
  if (status === 404) {
    return new DomainError('cluster.not-found', { detail: `The cluster refused to ${what}: ${reasonOf(error)}.`, kind: 'not-found' });
  }
  return new DomainError('cluster.not-allowed', {
    detail: `The cluster did not allow to ${what}: ${reasonOf(error)}.`,
    remedy: 'Check the rights of the account in the kubeconfig, and the quotas of the namespace.',
    kind: 'unavailable',
  });
}

function retryAfterSeconds(error: unknown): number {
  if (!(error instanceof ApiException)) return 0;
  const { headers } = error as ApiException<unknown>;
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) ? seconds : 0;
}

/** The API server's own words; empty where there are none. */
function saidIn(error: unknown): string {
  return error instanceof ApiException ? messageIn(error.body) : '';
}

function reasonOf(error: unknown): string {
  if (error instanceof ApiException) return `${error.code} ${messageIn(error.body)}`.trim();
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

/** The message of a `Status` object, which arrives parsed or as text. */
function messageIn(body: unknown): string {
  let status: unknown = body;
  if (typeof body === 'string') {
    try {
      status = JSON.parse(body);
    } catch {
      return body.slice(0, 500);
    }
  }
  return typeof status === 'object' && status !== null && 'message' in status && typeof status.message === 'string' ? status.message : '';
}
