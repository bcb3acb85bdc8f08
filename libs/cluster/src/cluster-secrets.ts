import type { OpenSecret } from '#secrets';
import { apply } from './connection/apply.ts';
import { calling, unlessGone } from './connection/calls.ts';
import type { Clients } from './connection/cluster-connection.ts';
import { namespaceOf } from './desired/names.ts';
import { secretObject, secretObjectName } from './desired/secret-objects.ts';
import type { TenantSpace } from './desired/tenant-space.ts';

/** The Kubernetes Secrets of companies: applied and deleted, and never read. */
export class ClusterSecrets {
  constructor(private readonly clients: Clients) {}

  /** Makes the Kubernetes Secret what it should be. */
  async apply(tenant: TenantSpace, secret: Pick<OpenSecret, 'name' | 'kind' | 'data'>): Promise<void> {
    await apply(this.clients, secretObject(tenant, secret));
  }

  /** Deletes the Kubernetes Secret, if there is one. */
  async delete(tenant: TenantSpace, name: string): Promise<void> {
    const object = { namespace: namespaceOf(tenant.slug), name: secretObjectName(name) };
    await calling('delete a secret', () => unlessGone(() => this.clients.core.deleteNamespacedSecret(object)));
  }
}
