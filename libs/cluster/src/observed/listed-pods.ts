import type { V1Pod } from '@kubernetes/client-node';
import type { Clients } from '../connection/cluster-connection.ts';
import { pagesOf } from '../connection/pages.ts';

/** The pods with certain labels, page by page, in all namespaces or in one. @param pageSize pods a page */
export async function* podPages(
  { core }: Clients,
  pageSize: number,
  { labelSelector, namespace }: { readonly labelSelector: string; readonly namespace?: string | undefined },
): AsyncGenerator<V1Pod[]> {
  const pages = pagesOf(
    (page) =>
      namespace === undefined
        ? core.listPodForAllNamespaces({ labelSelector, ...page })
        : core.listNamespacedPod({ labelSelector, namespace, ...page }),
    pageSize,
  );
  for await (const { items } of pages) yield items;
}
