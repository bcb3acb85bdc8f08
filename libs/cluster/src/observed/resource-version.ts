/** The version of a resource grows with each change, and versions compare as numbers (Kubernetes KEP-5504). One that is no number is 0. */
export function revisionOf(version: string): bigint {
  return /^\d+$/.test(version) ? BigInt(version) : 0n;
}
