import { CoreV1Api, type KubeConfig, RbacAuthorizationV1Api, type V1PolicyRule } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { statusOf } from '../connection/calls.ts';
import type { Right } from '../access/required-rights.ts';

/** Rules of a role, in all namespaces where `namespace` is absent. */
export interface AccountRules {
  readonly namespace?: string;
  readonly rules: readonly V1PolicyRule[];
}

const TOKEN_SECONDS = 3_600;

/** The rules that grant `rights` and nothing else. */
export function rulesOf(rights: readonly Right[]): AccountRules[] {
  return [...Map.groupBy(rights, ({ namespace }) => namespace)].map(([namespace, granted]) => ({
    ...(namespace !== undefined && { namespace }),
    rules: granted.map(({ group, resource, verb }) => ({ apiGroups: [group], resources: [resource], verbs: [verb] })),
  }));
}

/** A service account of its own in a cluster, which has exactly the rules that it is given. */
export class ClusterAccount {
  readonly #core: CoreV1Api;
  readonly #rbac: RbacAuthorizationV1Api;
  #roles: { readonly name: string; readonly namespace: string | undefined }[] = [];

  private constructor(
    private readonly administrator: KubeConfig,
    readonly namespace: string,
    readonly name: string,
  ) {
    this.#core = administrator.makeApiClient(CoreV1Api);
    this.#rbac = administrator.makeApiClient(RbacAuthorizationV1Api);
  }

  /** @param namespace exists already */
  static async create(
    administrator: KubeConfig,
    namespace: string,
    name: string,
    granted: readonly AccountRules[],
  ): Promise<ClusterAccount> {
    const account = new ClusterAccount(administrator, namespace, name);
    await account.#core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
    await account.grant(granted);
    return account;
  }

  /** Gives it these rules beside those that it has. */
  async grant(granted: readonly AccountRules[]): Promise<void> {
    for (const { namespace, rules } of granted) {
      const name = `${this.namespace}-${this.name}-${this.#roles.length}`;
      const metadata = { name };
      const kind = namespace === undefined ? 'ClusterRole' : 'Role';
      const binding = {
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
        subjects: [{ kind: 'ServiceAccount', name: this.name, namespace: this.namespace }],
      };
      // Recorded first, so that what was created in part is removed too.
      this.#roles.push({ name, namespace });
      if (namespace === undefined) {
        await this.#rbac.createClusterRole({ body: { metadata, rules: [...rules] } });
        await this.#rbac.createClusterRoleBinding({ body: binding });
      } else {
        await this.#rbac.createNamespacedRole({ namespace, body: { metadata, rules: [...rules] } });
        await this.#rbac.createNamespacedRoleBinding({ namespace, body: binding });
      }
    }
  }

  async issueToken(): Promise<string> {
    const { namespace, name } = this;
    const body = { spec: { audiences: [], expirationSeconds: TOKEN_SECONDS } };
    const { status } = await this.#core.createNamespacedServiceAccountToken({ namespace, name, body });
    if (status?.token === undefined) throw new Error(`the cluster issued no token for ${namespace}/${name}`);
    return status.token;
  }

  /** A kubeconfig of this account. @param user how it signs in: by a token of its own, or by a file with one */
  async kubeconfig(user?: { readonly tokenFile: string }): Promise<string> {
    const cluster = this.administrator.getCurrentCluster();
    if (cluster === null) throw new Error('the kubeconfig of the administrator names no current cluster');
    const { name, server, caData, caFile, skipTLSVerify, tlsServerName, proxyUrl } = cluster;
    const about = {
      ...{ server, 'certificate-authority-data': caData, 'certificate-authority': caFile, 'insecure-skip-tls-verify': skipTLSVerify },
      ...{ 'tls-server-name': tlsServerName, 'proxy-url': proxyUrl },
    };
    return stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': name },
      clusters: [{ name, cluster: about }],
      users: [{ name: this.name, user: user ?? { token: await this.issueToken() } }],
      contexts: [{ name, context: { cluster: name, user: this.name } }],
    });
  }

  /** Removes its roles and bindings; the account itself goes with its namespace. */
  async remove(): Promise<void> {
    for (const { name, namespace } of this.#roles) {
      const calls =
        namespace === undefined
          ? [() => this.#rbac.deleteClusterRoleBinding({ name }), () => this.#rbac.deleteClusterRole({ name })]
          : [() => this.#rbac.deleteNamespacedRoleBinding({ namespace, name }), () => this.#rbac.deleteNamespacedRole({ namespace, name })];
      for (const call of calls) {
        await call().catch((error: unknown) => {
          if (statusOf(error) !== 404) throw error;
        });
      }
    }
    this.#roles = [];
  }
}
