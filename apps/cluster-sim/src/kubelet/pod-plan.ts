import { parseDuration } from '#kernel';
import type { SimulationSettings } from '../lifecycle/simulation-settings.ts';
import type { Pod } from '../objects/workloads.ts';
import { processOf } from './environment.ts';
import { SeededRandom } from '../time/seeded-random.ts';

/** Prefix of the annotations that direct a simulated pod. */
export const PREFIX = 'sim.speedspace.io/';

/** What a pod will do; durations in milliseconds. */
export interface PodPlan {
  readonly startDelay: number;
  readonly imagePull: number;
  /** For how long every pull of the image fails, `Infinity` for ever. */
  readonly pullFailsFor: number;
  /** The registry serves the image only to a pod that has a pull secret for it. */
  readonly pullNeedsSecret: boolean;
  /** What keeps the container from starting, after its image is there. */
  readonly startFault: { readonly reason: string; readonly message?: string } | undefined;
  readonly runTime: number;
  readonly exitCode: number;
  readonly exitReason: string;
  /** Undefined: it ignores SIGTERM and is killed at the end of its grace. */
  readonly onSigterm: { readonly exitAfter: number; readonly exitCode: number } | undefined;
  /** Between two reports of an unchanged status while it runs; undefined: none. */
  readonly statusEvery: number | undefined;
  /** When its node ends it under pressure, after its start, and with which message. */
  readonly eviction: { readonly after: number; readonly message: string } | undefined;
}

const SIGTERM_EXIT_CODE = 143;
const DEFAULT_SIGTERM_MS = 1000;

/**
 * Reads a pod's plan from its annotations, all optional:
 *
 * - `sim.speedspace.io/start-delay: 2s`: from bound to started, image pull not counted
 * - `sim.speedspace.io/image-pull: 20s | fails | fails-for=25s | needs-secret`: fails leads to ErrImagePull and ImagePullBackOff by turns; so does
 *   needs-secret without a pull secret for the registry
 * - `sim.speedspace.io/start-fault: StartError` or another reason of a kubelet, and perhaps its message: `CreateContainerConfigError: no such secret`
 * - `sim.speedspace.io/run-time: 90s | forever`; without it a command `sleep N` runs N seconds, anything else as the seeded distribution says
 * - `sim.speedspace.io/exit-code: "0"`, and `sim.speedspace.io/exit-reason: OOMKilled` in place of `Error`
 * - `sim.speedspace.io/gpu-utilisation: "35"` (percent) and `sim.speedspace.io/gpu-memory-mib`: see `dcgm-exporter.ts`
 * - `sim.speedspace.io/log`: what it writes, see `planned-log.ts`
 * - `sim.speedspace.io/on-sigterm: exit-after=5s,exit-code=0 | ignore`; without it the container exits with 143 after a second
 * - `sim.speedspace.io/evicted: 30s The node was low on resource: ephemeral-storage.`: its node ends it so long after its start
 * - `sim.speedspace.io/status-every: 5m`: while it runs its status is written anew so often, as by a readiness probe
 *
 * A duration is a number of `ms`, `s`, `m`, `h` or several of them (`1h30m`); one that cannot be read counts as absent.
 */
export function planOf(pod: Pod, settings: SimulationSettings): PodPlan {
  const annotation = (name: string): string | undefined => pod.metadata.annotations?.[PREFIX + name];
  const runTime = runTimeOf(pod, annotation('run-time'), settings);
  return {
    startDelay: durationOf(annotation('start-delay')) ?? settings.startDelaySeconds * 1000,
    imagePull: durationOf(annotation('image-pull')) ?? 0,
    pullFailsFor: pullFailure(annotation('image-pull')),
    pullNeedsSecret: annotation('image-pull') === 'needs-secret',
    startFault: startFaultOf(annotation('start-fault')),
    runTime,
    exitCode: integer(annotation('exit-code')) ?? 0,
    exitReason: annotation('exit-reason') ?? 'Error',
    onSigterm: sigtermOf(annotation('on-sigterm')),
    statusEvery: durationOf(annotation('status-every')),
    eviction: evictionOf(annotation('evicted')),
  };
}

/** Milliseconds of an annotation's duration. */
export function durationOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}

function pullFailure(annotation: string | undefined): number {
  if (annotation === 'fails') return Infinity;
  return annotation?.startsWith('fails-for=') === true ? (durationOf(annotation.slice('fails-for='.length)) ?? 0) : 0;
}

function startFaultOf(annotation: string | undefined): PodPlan['startFault'] {
  const found = /^(\w+)(?:: (.+))?$/.exec(annotation ?? '');
  return found?.[1] === undefined ? undefined : { reason: found[1], ...(found[2] !== undefined && { message: found[2] }) };
}

function evictionOf(annotation: string | undefined): PodPlan['eviction'] {
  const [, text, message = ''] = /^(\S+) (.+)$/.exec(annotation ?? '') ?? [];
  const after = durationOf(text);
  return after === undefined ? undefined : { after, message };
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : undefined;
}

function runTimeOf(pod: Pod, annotation: string | undefined, { seed, runTime }: SimulationSettings): number {
  if (annotation === 'forever') return Infinity;
  const given = durationOf(annotation);
  if (given !== undefined) return given;
  const [main] = pod.spec.containers;
  const command = main === undefined ? [] : processOf(pod, main);
  const sleep = /(?:^|\s|\/)sleep (\d+(?:\.\d+)?)\s*$/.exec(command.join(' '));
  if (sleep !== null) return Number(sleep[1]) * 1000;
  const random = new SeededRandom(`${seed}/${pod.metadata.namespace ?? ''}/${pod.metadata.name}`);
  return Math.max(1, Math.round(random.logNormal(runTime.medianSeconds, runTime.sigma))) * 1000;
}

function sigtermOf(annotation: string | undefined): PodPlan['onSigterm'] {
  if (annotation === 'ignore') return undefined;
  const parts = new Map((annotation ?? '').split(',').map((part) => part.trim().split('=') as [string, string]));
  return {
    exitAfter: durationOf(parts.get('exit-after')) ?? DEFAULT_SIGTERM_MS,
    exitCode: integer(parts.get('exit-code')) ?? SIGTERM_EXIT_CODE,
  };
}
