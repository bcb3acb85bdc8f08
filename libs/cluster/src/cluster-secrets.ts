import type { OpenSecret } from '#secrets';
import { apply } from './connection/apply.ts';
import { calling, ClusterRefusal, unlessGone } from './connection/calls.ts';
import type { Clients } from './connection/cluster-connection.ts';
import { namespaceOf } from './desired/names.ts';
import { secretObject, secretObjectName } from './desired/secret-objects.ts';
import type { TenantSpace } from './desired/tenant-space.ts';

/** In the API server's refusal of a Secret that has another type already. */
const OTHER_TYPE = /\btype: Invalid value: .*field is immutable/;

/** The Kubernetes Secrets of companies: applied and deleted, and never read. */
export class ClusterSecrets {
  constructor(private readonly clients: Clients) {}

  /**
   * Makes the Kubernetes Secret what it should be. The type of one cannot change, so that of a secret which was created again as another
   * kind, before its former one was deleted, is deleted first.
   */
  async apply(tenant: TenantSpace, secret: Pick<OpenSecret, 'name' | 'kind' | 'data'>): Promise<void> {
    const object = secretObject(tenant, secret);
    try {
      await apply(this.clients, object);
    } catch (error) {
      if (!(error instanceof ClusterRefusal) || !OTHER_TYPE.test(error.serverMessage)) throw error;
      await this.delete(tenant, secret.name);
      await apply(this.clients, object);
    }
  }

  /** Deletes the Kubernetes Secret, if there is one. */
  async delete(tenant: TenantSpace, name: string): Promise<void> {
    const object = { namespace: namespaceOf(tenant.slug), name: secretObjectName(name) };
    await calling('delete a secret', () => unlessGone(() => this.clients.core.deleteNamespacedSecret(object)));
  }
}
