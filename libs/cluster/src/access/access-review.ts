import pMap from 'p-map';
import type { AuthenticationV1Api, AuthorizationV1Api } from '@kubernetes/client-node';
import { calling, statusOf } from '../connection/calls.ts';
import { type Component, missingRightSentence, REQUIRED_RIGHTS, type Right } from './required-rights.ts';

/** The part of the clients that a review needs. */
export interface ReviewClients {
  readonly authentication: AuthenticationV1Api;
  readonly authorization: AuthorizationV1Api;
}

/** What an account lacks. */
export interface MissingRights {
  readonly rights: readonly Right[];
  /** One for each right: what is missing, and the command that grants it. */
  readonly sentences: readonly string[];
}

const AT_ONCE = 8;
const NOT_SERVED = new Set([403, 404, 405]);

/** Asks the API server for each right that a process needs whether its account has it. @throws DomainError `cluster.unavailable` */
export async function missingRights(clients: ReviewClients, component: Component): Promise<MissingRights> {
  const allowed = await pMap(REQUIRED_RIGHTS[component], (right) => isAllowed(clients, right), { concurrency: AT_ONCE });
  const rights = REQUIRED_RIGHTS[component].filter((_, index) => allowed[index] === false);
  if (rights.length === 0) return { rights, sentences: [] };
  const user = await userName(clients);
  return { rights, sentences: rights.map((right) => missingRightSentence(right, user)) };
}

async function isAllowed({ authorization }: ReviewClients, { group, resource, verb, namespace }: Right): Promise<boolean> {
  const [plural = '', subresource] = resource.split('/');
  const attributes = { group, resource: plural, verb, ...(subresource !== undefined && { subresource }), ...(namespace && { namespace }) };
  const body = { spec: { resourceAttributes: attributes } };
  return await calling('say what our account may do', async () => {
    try {
      return (await authorization.createSelfSubjectAccessReview({ body })).status?.allowed ?? false;
    } catch (error) {
      // A server that does not answer such questions refuses later by itself what it does not allow.
      if (NOT_SERVED.has(statusOf(error) ?? 0)) return true;
      throw error;
    }
  });
}

/** Our name in the cluster; undefined where the server does not tell (before Kubernetes 1.28). */
async function userName({ authentication }: ReviewClients): Promise<string | undefined> {
  try {
    return (await authentication.createSelfSubjectReview({ body: {} })).status?.userInfo?.username;
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    return undefined;
  }
}
