import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Cluster, KubeConfig, type User } from '@kubernetes/client-node';
import { getProxyForUrl } from 'proxy-from-env';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { DomainError } from '#kernel';

/** Where the cluster is: a kubeconfig file, its text, or the service account of the pod we run in. */
export type ClusterLocation = { readonly kubeconfigPath: string } | { readonly kubeconfig: string } | { readonly inCluster: true };

/** The current cluster and user of a kubeconfig, with the contents of the files that they name. */
export interface Credentials {
  readonly cluster: Cluster;
  readonly user: User;
}

/**
 * Reads the files anew, so that a renewed token or certificate is found.
 * @throws DomainError `cluster.kubeconfig` when there is no cluster to be read from it
 */
export function readCredentials(location: ClusterLocation): Credentials {
  const { cluster, user } = read(location);
  if (cluster !== undefined) return { cluster, user };
  throw new DomainError('cluster.kubeconfig', {
    detail: 'The kubeconfig names no current cluster.',
    remedy: 'Check KUBECONFIG, and its current-context.',
  });
}

function read(location: ClusterLocation): { readonly cluster: Cluster | undefined; readonly user: User } {
  const config = new KubeConfig();
  try {
    if ('kubeconfigPath' in location) config.loadFromFile(location.kubeconfigPath);
    else if ('kubeconfig' in location) config.loadFromString(location.kubeconfig);
    else config.loadFromCluster();
    const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
    const tokenFile = user === null ? undefined : tokenFileOf(location, user);
    return {
      cluster: cluster === null ? undefined : throughProxy(withContents(cluster)),
      user: user === null ? { name: 'anonymous' } : withUserContents(user, tokenFile),
    };
  } catch (error) {
    throw new DomainError('cluster.kubeconfig', {
      detail: `The kubeconfig cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      remedy: 'Check KUBECONFIG.',
    });
  }
}

const tokenFiles = z.object({
  users: z.array(z.object({ name: z.string(), user: z.object({ tokenFile: z.string().optional() }).nullish() })).nullish(),
});
const tokenFileProvider = z.object({ config: z.object({ tokenFile: z.string() }) });

/** The file with the user's token. The library reads it once a minute for a service account, and not at all for a kubeconfig. */
function tokenFileOf(location: ClusterLocation, user: User): string | undefined {
  if ('inCluster' in location) return tokenFileProvider.safeParse(user.authProvider).data?.config.tokenFile;
  const text = 'kubeconfig' in location ? location.kubeconfig : readFileSync(location.kubeconfigPath, 'utf8');
  const { users } = tokenFiles.parse(parseYaml(text));
  const file = users?.find(({ name }) => name === user.name)?.user?.tokenFile;
  return file === undefined || 'kubeconfig' in location ? file : path.resolve(path.dirname(location.kubeconfigPath), file);
}

/** When the client certificate or the token of `user` expires; undefined where it shows no date. */
export function expiryOf({ certData, token }: Pick<User, 'certData' | 'token'>): Date | undefined {
  if (isGiven(certData)) return new Date(new X509Certificate(Buffer.from(certData, 'base64')).validTo);
  const [, payload, signature] = token?.split('.') ?? [];
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp?: unknown };
    return typeof exp === 'number' ? new Date(exp * 1_000) : undefined;
  } catch {
    return undefined;
  }
}

function withContents({ caFile, ...cluster }: Cluster): Cluster {
  return isGiven(caFile) ? { ...cluster, caData: contentOf(caFile) } : cluster;
}

function withUserContents({ certFile, keyFile, authProvider, ...user }: User, tokenFile: string | undefined): User {
  return {
    ...user,
    ...(tokenFile === undefined ? { authProvider: authProvider as object } : { token: readFileSync(tokenFile, 'utf8').trim() }),
    ...(isGiven(certFile) && { certData: contentOf(certFile) }),
    ...(isGiven(keyFile) && { keyData: contentOf(keyFile) }),
  };
}

/** The library has null, undefined and the empty text for what a kubeconfig does not say. */
function isGiven(file: string | null | undefined): file is string {
  return file !== null && file !== undefined && file !== '';
}

function contentOf(file: string): string {
  return readFileSync(file).toString('base64');
}

/** As kubectl does, through the proxy that the environment names for the API server, where the kubeconfig itself names none. */
function throughProxy(cluster: Cluster): Cluster {
  const proxyUrl = cluster.proxyUrl ?? getProxyForUrl(cluster.server);
  return proxyUrl === '' ? cluster : { ...cluster, proxyUrl };
}
