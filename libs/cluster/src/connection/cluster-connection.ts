import {
  ApisApi,
  BatchV1Api,
  CoordinationV1Api,
  CoreV1Api,
  createConfiguration,
  type KubeConfig,
  KubernetesObjectApi,
  ServerConfiguration,
  VersionApi,
} from '@kubernetes/client-node';
import { getProxyForUrl } from 'proxy-from-env';
import { DomainError } from '#kernel';
import { PooledKubeConfig } from './pooled-kube-config.ts';

/** Where the cluster is: a kubeconfig file, its text, or the service account of the pod we run in. */
export type ClusterLocation = { readonly kubeconfigPath: string } | { readonly kubeconfig: string } | { readonly inCluster: true };

const REQUEST_MILLISECONDS = 30_000;

/** The typed clients of one cluster; every request ends after half a minute at the latest. */
export interface Clients {
  readonly kubeConfig: KubeConfig;
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  readonly coordination: CoordinationV1Api;
  readonly objects: KubernetesObjectApi;
  readonly version: VersionApi;
  readonly apis: ApisApi;
}

/** @throws DomainError `cluster.kubeconfig` when there is no cluster to be read from it */
export function clientsOf(location: ClusterLocation): Clients {
  const kubeConfig = loaded(location);
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined) {
    throw new DomainError('cluster.kubeconfig', {
      detail: 'The kubeconfig names no current cluster.',
      remedy: 'Check KUBECONFIG, and its current-context.',
    });
  }
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: { default: kubeConfig },
    promiseMiddleware: [
      {
        pre: (request) => {
          request.setSignal(AbortSignal.timeout(REQUEST_MILLISECONDS));
          return Promise.resolve(request);
        },
        post: (response) => Promise.resolve(response),
      },
    ],
  });
  return {
    kubeConfig,
    core: new CoreV1Api(configuration),
    batch: new BatchV1Api(configuration),
    coordination: new CoordinationV1Api(configuration),
    objects: new KubernetesObjectApi(configuration),
    version: new VersionApi(configuration),
    apis: new ApisApi(configuration),
  };
}

/** As kubectl does, through the proxy that the environment names for the API server, where the kubeconfig itself names none. */
function throughProxy(kubeConfig: KubeConfig): void {
  kubeConfig.clusters = kubeConfig.clusters.map((cluster) => {
    const proxyUrl = cluster.proxyUrl ?? getProxyForUrl(cluster.server);
    return proxyUrl === '' ? cluster : { ...cluster, proxyUrl };
  });
}

function loaded(location: ClusterLocation): KubeConfig {
  const kubeConfig = new PooledKubeConfig();
  try {
    if ('kubeconfigPath' in location) kubeConfig.loadFromFile(location.kubeconfigPath);
    else if ('kubeconfig' in location) kubeConfig.loadFromString(location.kubeconfig);
    else kubeConfig.loadFromCluster();
    throughProxy(kubeConfig);
  } catch (error) {
    throw new DomainError('cluster.kubeconfig', {
      detail: `The kubeconfig cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      remedy: 'Check KUBECONFIG.',
    });
  }
  return kubeConfig;
}
