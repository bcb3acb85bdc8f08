import { type KubernetesObject, PatchStrategy } from '@kubernetes/client-node';
import { FIELD_MANAGER } from '../desired/names.ts';
import { calling } from './calls.ts';
import type { Clients } from './cluster-connection.ts';

/** Makes an object what it should be, whoever made it, by server-side apply. @returns the object as it is then */
export async function apply({ objects }: Clients, object: KubernetesObject): Promise<KubernetesObject> {
  const what = `apply ${object.kind ?? ''} ${object.metadata?.name ?? ''}`;
  return await calling(what, () => objects.patch(object, undefined, undefined, FIELD_MANAGER, true, PatchStrategy.ServerSideApply));
}
