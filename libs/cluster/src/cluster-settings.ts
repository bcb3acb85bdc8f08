import { z } from 'zod';

/** The variable that names the cluster. */
export const clusterEnvironment = {
  KUBECONFIG: z.string().optional().meta({
    description:
      'path of a kubeconfig; for the API also `in-cluster`, the service account of its pod, which the controller finds by itself',
  }),
};
