import { shortened } from '#kernel';

/** An admission webhook or an image registry may answer with a whole document. */
const LONGEST_MESSAGE = 2_000;

/** A message of the cluster, or of what the cluster talks to, as it can be stored. */
export function clusterMessage(message: string | undefined): string {
  return shortened(message ?? '', LONGEST_MESSAGE);
}
