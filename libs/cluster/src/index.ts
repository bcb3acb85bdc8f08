/**
 * cluster — Kubernetes: the desired objects of tenants and jobs, applied; the pods, watched and parsed; capacity and logs. It
 * owns the field manager `speedspace` and everything labelled `app.kubernetes.io/managed-by=speedspace`, and no table. It must
 * never decide what runs, or count seconds. It carries out, and reports what it observes.
 */
export { type Component, REQUIRED_RIGHTS, type Right } from './access/required-rights.ts';
export { ClusterChecks, type ClusterFindings } from './access/cluster-checks.ts';
export type { ClusterLocation } from './connection/credentials.ts';
export { ClusterRefusal } from './connection/calls.ts';
export { ClusterService, type ClusterFeatures } from './cluster.service.ts';
export type { ClusterPods } from './cluster-pods.ts';
export type { JobSituation, OpenJob } from './cluster-jobs.ts';
export type { ListedSpaces, SpaceRepair } from './spaces/tenant-spaces.ts';
export { clusterEnvironment } from './cluster-settings.ts';
export { ClusterModule } from './cluster.module.ts';
export { type Attempt, namespaceOf, replicaOfPodName } from './desired/names.ts';
export type { TenantSpace } from './desired/tenant-space.ts';
export type { Workload } from './desired/workload.ts';
export { NodeCache } from './node-cache.ts';
export { boundPods, type NodeClass } from './observed/capacity.ts';
export type { NodeClosure } from './observed/node-closures.ts';
export type { NodeGpus, NodeStatus } from './observed/node-status.ts';
export { revisionOf } from './observed/resource-version.ts';
export type { PodObservation, PodPhase } from './observed/pod-observation.ts';
export { isBehind, type LogLine, type LogPlace, startOf } from './logs/log-lines.ts';
export { type LogRange, type PodLog } from './logs/pod-log.ts';
export { logPage, type LogPage, type LogPageRequest } from './logs/log-page.ts';
export { lineContaining } from './logs/log-text-filter.ts';
export type { ClusterEvent } from './observed/pod-event.ts';
export type { PodRun, PodRuns } from './pod-runs.ts';
export type { PodEventListener } from './pod-event-watch.ts';
export type { PodListener } from './pod-watch.ts';
