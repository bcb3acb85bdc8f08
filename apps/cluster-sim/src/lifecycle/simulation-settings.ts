/** How the simulated cluster behaves; every duration in seconds of simulated time. */
export interface SimulationSettings {
  readonly seed: string;
  /** From bound to started, where the pod's annotations do not say. */
  readonly startDelaySeconds: number;
  /** Median and log-normal spread of run times, where neither annotation nor a `sleep` command says. */
  readonly runTime: { readonly medianSeconds: number; readonly sigma: number };
  /** After its loss a node's Ready condition turns Unknown … */
  readonly nodeMonitorGraceSeconds: number;
  /** … and its pods are evicted so much later, where their tolerations do not say. */
  readonly unreachableTolerationSeconds: number;
  /** Events are kept this long. */
  readonly eventTtlSeconds: number;
  /** Changes per resource a watch can resume over before it gets 410 Gone. */
  readonly historyLimit: number;
}

export const DEFAULT_SETTINGS: SimulationSettings = {
  seed: 'speedspace',
  startDelaySeconds: 2,
  runTime: { medianSeconds: 540, sigma: 1 },
  nodeMonitorGraceSeconds: 40,
  unreachableTolerationSeconds: 300,
  eventTtlSeconds: 3600,
  historyLimit: 10_000,
};
