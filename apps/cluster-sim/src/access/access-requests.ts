import type { Exchange } from '../api/exchange.ts';
import { badRequest, notFound } from '../api/status.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import type { JsonObject } from '../objects/kube-object.ts';
import { SERVICE_ACCOUNTS } from '../schema/resources.ts';
import { kubeTime } from '../time/kube-time.ts';
import { isObject } from '../validation/decode.ts';
import { type Account, type Accounts, serviceAccount } from './accounts.ts';
import type { RoleAuthorizer } from './role-authorizer.ts';

const TOKEN_SECONDS = 3_600;

/** Answers what every account may ask about itself, and issues the tokens of service accounts. */
export class AccessRequests {
  constructor(
    private readonly simulation: Simulation,
    private readonly accounts: Accounts,
    private readonly authorizer: RoleAuthorizer,
  ) {}

  /** @returns whether `pathname` is one of the reviews of oneself */
  async answer(exchange: Exchange, pathname: string, account: Account): Promise<boolean> {
    if (exchange.method !== 'POST') return false;
    if (pathname === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') await this.#reviewAccess(exchange, account);
    else if (pathname === '/apis/authentication.k8s.io/v1/selfsubjectreviews') this.#reviewSubject(exchange, account);
    else return false;
    return true;
  }

  async issueToken(exchange: Exchange, namespace: string, name: string): Promise<void> {
    const body = await exchange.objectBody();
    if (this.simulation.store.get(SERVICE_ACCOUNTS, namespace, name) === undefined) throw notFound('serviceaccounts', '', name);
    const spec = isObject(body.spec) ? body.spec : {};
    const seconds = typeof spec.expirationSeconds === 'number' ? spec.expirationSeconds : TOKEN_SECONDS;
    const token = this.accounts.issue(serviceAccount(namespace, name));
    this.simulation.events.after(seconds * 1_000, () => this.accounts.expire(token));
    const expirationTimestamp = kubeTime(this.simulation.events.now() + seconds * 1_000);
    exchange.send(201, {
      ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: { name, namespace } },
      ...{ spec: { audiences: [], expirationSeconds: seconds }, status: { token, expirationTimestamp } },
    });
  }

  async #reviewAccess(exchange: Exchange, account: Account): Promise<void> {
    const { spec } = await exchange.objectBody();
    const asked: JsonObject = isObject(spec) ? spec : {};
    if (!isObject(asked.resourceAttributes)) throw badRequest('spec.resourceAttributes is required');
    const attributes = asked.resourceAttributes;
    const text = (field: string): string => (typeof attributes[field] === 'string' ? attributes[field] : '');
    const subresource = text('subresource');
    const resource = subresource === '' ? text('resource') : `${text('resource')}/${subresource}`;
    const wanted = { verb: text('verb'), group: text('group'), resource, namespace: text('namespace'), name: text('name') };
    const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: {}, spec: asked };
    exchange.send(201, { ...review, status: { allowed: this.authorizer.allows(account, wanted) } });
  }

  #reviewSubject(exchange: Exchange, { name, groups }: Account): void {
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {} };
    exchange.send(201, { ...review, status: { userInfo: { username: name, groups } } });
  }
}
