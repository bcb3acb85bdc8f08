import type { KubeObject } from '../objects/kube-object.ts';
import { ApiError } from './status.ts';

/** What etcd takes in one request, and the API server's connection to it (`--max-request-bytes`, gRPC). */
const ETCD_BYTES = 1.5 * 1024 * 1024;
const GRPC_BYTES = 2 * 1024 * 1024;

/** Refuses what etcd would not store, as the API server reports it: an error without a reason, and so a 500. */
export function requireStorable(object: KubeObject): void {
  const bytes = Buffer.byteLength(JSON.stringify(object));
  if (bytes > GRPC_BYTES) {
    throw new ApiError(
      500,
      '',
      `rpc error: code = ResourceExhausted desc = trying to send message larger than max (${bytes} vs. ${GRPC_BYTES})`,
    );
  }
  if (bytes > ETCD_BYTES) throw new ApiError(500, '', 'etcdserver: request is too large');
}
