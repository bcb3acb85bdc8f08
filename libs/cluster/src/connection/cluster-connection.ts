import {
  ApisApi,
  AuthenticationV1Api,
  AuthorizationV1Api,
  BatchV1Api,
  CoordinationV1Api,
  CoreV1Api,
  createConfiguration,
  KubernetesObjectApi,
  NetworkingV1Api,
  NodeV1Api,
  ServerConfiguration,
  VersionApi,
} from '@kubernetes/client-node';
import { ApiWarnings } from './api-warnings.ts';
import { type ClusterLocation, readCredentials } from './credentials.ts';
import { PooledKubeConfig } from './pooled-kube-config.ts';

const REQUEST_MILLISECONDS = 30_000;

/** The typed clients of one cluster; every request ends after half a minute at the latest. */
export interface Clients {
  readonly kubeConfig: PooledKubeConfig;
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  readonly coordination: CoordinationV1Api;
  readonly networking: NetworkingV1Api;
  readonly runtimes: NodeV1Api;
  readonly objects: KubernetesObjectApi;
  readonly version: VersionApi;
  readonly apis: ApisApi;
  readonly authentication: AuthenticationV1Api;
  readonly authorization: AuthorizationV1Api;
}

/** @throws DomainError `cluster.kubeconfig` when there is no cluster to be read from it */
export function clientsOf(location: ClusterLocation): Clients {
  const kubeConfig = new PooledKubeConfig(() => readCredentials(location));
  const warnings = new ApiWarnings();
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(kubeConfig.getCurrentCluster()?.server ?? '', {}),
    authMethods: { default: kubeConfig },
    promiseMiddleware: [
      {
        pre: (request) => {
          request.setSignal(AbortSignal.timeout(REQUEST_MILLISECONDS));
          return Promise.resolve(request);
        },
        post: (response) => {
          warnings.observe(response.headers['warning']);
          if (response.httpStatusCode === 401) kubeConfig.refused();
          return Promise.resolve(response);
        },
      },
    ],
  });
  return {
    kubeConfig,
    core: new CoreV1Api(configuration),
    batch: new BatchV1Api(configuration),
    coordination: new CoordinationV1Api(configuration),
    networking: new NetworkingV1Api(configuration),
    runtimes: new NodeV1Api(configuration),
    objects: new KubernetesObjectApi(configuration),
    version: new VersionApi(configuration),
    apis: new ApisApi(configuration),
    authentication: new AuthenticationV1Api(configuration),
    authorization: new AuthorizationV1Api(configuration),
  };
}
