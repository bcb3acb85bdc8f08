/**
 * cluster-sim — a simulated GPU cluster that speaks the Kubernetes API over HTTPS to unchanged clients. It owns its objects,
 * its nodes, its clock's events and the truth of what every pod ran; all of it is in memory. It must never know anything of
 * Speedspace beyond the Kubernetes objects it is sent.
 *
 * Pods are directed by annotations (see `kubelet/pod-plan.ts`), faults by `cluster.faults` or the administration API
 * (see `api/admin-api.ts`).
 */
export { SimulatedCluster, type ClusterOptions, type Kubeconfig } from './simulated-cluster.ts';
export { DEFAULT_POOLS, gpuPool, poolsFromTrace, type NodePool } from './controllers/node-pools.ts';
export { DEFAULT_SETTINGS, type SimulationSettings } from './lifecycle/simulation-settings.ts';
export { ClusterFaults } from './faults/cluster-faults.ts';
export type { ActiveFault, FaultEffect, FaultMatch, FaultRule } from './faults/fault-injector.ts';
export type { RequestLine } from './api/request-record.ts';
export type { PodRunRecord, RunEnd, TruthLine } from './truth/gpu-record.ts';
export { SeededRandom } from './time/seeded-random.ts';
