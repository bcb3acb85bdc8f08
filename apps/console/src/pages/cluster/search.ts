/** What the address of the cluster's page holds. */
export const NODE_STATES = ['open', 'cordoned', 'not-ready', 'maintenance', 'closed'] as const;

export interface ClusterSearch {
  /** What colours the cells; absent: the company. */
  readonly colour?: 'state';
  /** Absent: the map of cells. */
  readonly show?: 'table';
  readonly gpuClass?: string;
  readonly company?: string;
  readonly node?: (typeof NODE_STATES)[number];
}
