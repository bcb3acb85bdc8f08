import type { Resource } from '../schema/resources.ts';
import { RESOURCES } from '../schema/resources.ts';
import { KUBERNETES_VERSION } from '../schema/kubernetes-version.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const GROUPS = [...new Set(RESOURCES.map(({ group }) => group))];

/** Discovery documents by path; undefined where there is none. */
export function discovery(pathname: string, accept: string): object | undefined {
  const aggregated = /as=APIGroupDiscoveryList/.test(accept.split(',')[0] ?? '');
  switch (pathname) {
    case '/version':
      return versionInfo();
    case '/api':
      return aggregated ? aggregatedDiscovery(['']) : { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    case '/apis': {
      const groups = GROUPS.filter((group) => group !== '');
      return aggregated ? aggregatedDiscovery(groups) : { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupDocument) };
    }
    case '/api/v1':
      return resourceList('');
    default: {
      const [, group = '', version] = /^\/apis\/([^/]+)(?:\/([^/]+))?\/?$/.exec(pathname) ?? [];
      if (!GROUPS.includes(group) || group === '') return undefined;
      if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(group) };
      return version === 'v1' ? resourceList(group) : undefined;
    }
  }
}

/** The media type discovery answers with, by which kubectl knows which of the two forms it got. */
export function discoveryContentType(pathname: string, accept: string): string {
  const aggregated =
    (pathname === '/api' || pathname === '/apis') &&
    /v=(v2(?:beta1)?);as=APIGroupDiscoveryList|as=APIGroupDiscoveryList.*/.exec(accept.split(',')[0] ?? '');
  return aggregated === null || aggregated === false
    ? 'application/json'
    : 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
}

function versionInfo(): object {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(KUBERNETES_VERSION) ?? [];
  return {
    major,
    minor,
    gitVersion: KUBERNETES_VERSION,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '2025-08-27T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: 'simulated/speedspace',
  };
}

function groupDocument(group: string): object {
  const version = { groupVersion: `${group}/v1`, version: 'v1' };
  return { name: group, versions: [version], preferredVersion: version };
}

function resourceList(group: string): object {
  const resources = RESOURCES.filter((resource) => resource.group === group).flatMap((resource) => [
    {
      name: resource.plural,
      singularName: resource.singular,
      namespaced: resource.namespaced,
      kind: resource.kind,
      verbs: VERBS,
      ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
      ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
      storageVersionHash: '',
    },
    ...resource.subresources.map((subresource) => ({
      name: `${resource.plural}/${subresource}`,
      singularName: '',
      namespaced: resource.namespaced,
      // Where another group has its kind, kubectl looks for it: it drains by eviction only where the eviction says that it is policy/v1.
      ...(subresource === 'eviction' && { group: 'policy', version: 'v1' }),
      kind: subresourceKind(resource, subresource),
      verbs: subresourceVerbs(subresource),
    })),
  ]);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: group === '' ? 'v1' : `${group}/v1`, resources };
}

function subresourceKind({ kind }: Resource, subresource: string): string {
  return { eviction: 'Eviction', binding: 'Binding', token: 'TokenRequest' }[subresource] ?? kind;
}

function subresourceVerbs(subresource: string): string[] {
  if (subresource === 'log') return ['get'];
  return ['eviction', 'binding', 'token'].includes(subresource) ? ['create'] : ['get', 'patch', 'update'];
}

function aggregatedDiscovery(groups: readonly string[]): object {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => ({
      metadata: { name: group === '' ? undefined : group, creationTimestamp: null },
      versions: [
        {
          version: 'v1',
          freshness: 'Current',
          resources: RESOURCES.filter((resource) => resource.group === group).map((resource) => ({
            resource: resource.plural,
            responseKind: { group, version: 'v1', kind: resource.kind },
            scope: resource.namespaced ? 'Namespaced' : 'Cluster',
            singularResource: resource.singular,
            verbs: VERBS,
            shortNames: resource.shortNames,
            categories: resource.categories,
            subresources: resource.subresources.map((subresource) => ({
              subresource,
              responseKind: {
                group: subresource === 'eviction' ? 'policy' : group,
                version: 'v1',
                kind: subresourceKind(resource, subresource),
              },
              verbs: subresourceVerbs(subresource),
            })),
          })),
        },
      ],
    })),
  };
}
