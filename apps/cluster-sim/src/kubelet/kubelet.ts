import type { Recorder } from '../controllers/event-recorder.ts';
import { deleteObject, replaceObject } from '../lifecycle/object-lifecycle.ts';
import type { World } from '../lifecycle/world.ts';
import type { Node, Pod, PodStatus } from '../objects/workloads.ts';
import { isTerminal } from '../objects/workloads.ts';
import { NODES, PODS } from '../schema/resources.ts';
import type { GpuRecord, RunEnd } from '../truth/gpu-record.ts';
import type { ScheduledEvent } from '../time/event-queue.ts';
import type { PodPlan } from './pod-plan.ts';
import { planOf } from './pod-plan.ts';
import { creatingStatus, endedStatus, probedStatus, restartingStatus, runningStatus } from './pod-status.ts';

/** A pod on its node, from bound to gone. */
interface PodRun {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly plan: PodPlan;
  /** Start of the container that runs now. */
  startedAt: number | undefined;
  restarts: number;
  /** The next start or end. */
  next: ScheduledEvent | undefined;
  report: ScheduledEvent | undefined;
  deadline: ScheduledEvent | undefined;
  killAt: number | undefined;
  lostAt: number | undefined;
}

const SIGKILL_EXIT_CODE = 137;
const LOST_EXIT_CODE = 255;
const RESTART_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 300_000;

/** The kubelets of all nodes: plays every bound pod by its plan and reports its status; nothing happens between its events. */
export class Kubelet {
  readonly #runs = new Map<string, PodRun>();
  readonly #lostNodes = new Set<string>();
  #addresses = 0;

  constructor(
    private readonly world: World,
    private readonly truth: GpuRecord,
    private readonly recorder: Recorder,
  ) {
    world.store.subscribe(PODS, ({ type, current }) => {
      const pod = current.object as Pod;
      if (type === 'DELETED') this.#vanished(pod);
      else if (pod.spec.nodeName !== undefined) this.#observe(pod);
    });
  }

  /** When the pod's container started and, if it did, ended, in milliseconds; for its log. */
  runOf(uid: string): { readonly plan: PodPlan; readonly startedAt: number | undefined } | undefined {
    return this.#runs.get(uid);
  }

  /** The node is gone: what ran there has stopped, though the API does not know. */
  nodeLost(node: string): void {
    this.#lostNodes.add(node);
    for (const run of this.#runsOn(node)) {
      this.#cancel(run);
      run.lostAt = this.world.events.now();
      if (run.startedAt !== undefined) this.truth.ended(run.uid, run.lostAt, 'node-lost');
    }
  }

  /** The node is back: it reports what stopped when it was lost, and starts what it had not started. */
  nodeReturned(node: string): void {
    this.#lostNodes.delete(node);
    for (const run of this.#runsOn(node)) {
      const pod = this.#pod(run);
      const lostAt = run.lostAt;
      run.lostAt = undefined;
      if (pod === undefined) this.#runs.delete(run.uid);
      else if (lostAt !== undefined && run.startedAt !== undefined) this.#ended(run, LOST_EXIT_CODE, 'Unknown', 'node-lost', lostAt);
      else if (pod.metadata.deletionTimestamp !== undefined) this.#terminate(run, pod);
      else this.#create(run, pod);
    }
    for (const { object } of this.world.store.list<Pod>(PODS)) if (object.spec.nodeName === node) this.#observe(object);
  }

  #runsOn(node: string): PodRun[] {
    return [...this.#runs.values()].filter((run) => run.node === node);
  }

  #observe(pod: Pod): void {
    const { uid, namespace = '', name, deletionTimestamp } = pod.metadata;
    const node = pod.spec.nodeName ?? '';
    if (this.#lostNodes.has(node)) return;
    let run = this.#runs.get(uid);
    if (run === undefined) {
      if (isTerminal(pod)) return;
      run = {
        uid,
        namespace,
        name,
        node,
        plan: planOf(pod, this.world.settings),
        startedAt: undefined,
        restarts: 0,
        next: undefined,
        report: undefined,
        deadline: undefined,
        killAt: undefined,
        lostAt: undefined,
      };
      this.#runs.set(uid, run);
      if (deletionTimestamp === undefined) {
        const created = run;
        run.next = this.world.events.soon(() => {
          const now = this.#pod(created);
          if (now !== undefined) this.#create(created, now);
        });
      }
    }
    if (deletionTimestamp !== undefined && !isTerminal(pod)) this.#terminate(run, pod);
  }

  #create(run: PodRun, pod: Pod): void {
    const { startDelay, imagePull } = run.plan;
    const address = this.world.store.get<Node>(NODES, '', run.node)?.object.status.addresses[0]?.address ?? '10.0.0.1';
    const now = this.world.events.now();
    if (imagePull === 'fails') {
      const image = pod.spec.containers[0]?.image ?? '';
      this.#report(
        pod,
        creatingStatus(pod, now, address, { reason: 'ErrImagePull', message: `failed to pull and unpack image "${image}": not found` }),
      );
      this.recorder.record(pod, 'Warning', 'Failed', `Failed to pull image "${image}": not found`);
      run.next = this.world.events.after(RESTART_BACKOFF_MS, () => {
        const later = this.#pod(run);
        if (later === undefined) return;
        this.#report(
          later,
          creatingStatus(later, now, address, { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` }),
        );
      });
      return;
    }
    this.#report(pod, creatingStatus(pod, now, address, { reason: 'ContainerCreating' }));
    run.next = this.world.events.after(startDelay + imagePull, () => {
      this.#start(run);
    });
    const deadline = pod.spec.activeDeadlineSeconds;
    if (deadline !== undefined) {
      run.deadline = this.world.events.after(deadline * 1000, () => {
        this.#ended(run, SIGKILL_EXIT_CODE, 'Error', 'killed', this.world.events.now(), {
          reason: 'DeadlineExceeded',
          message: 'Pod was active on the node longer than the specified deadline',
        });
      });
    }
  }

  #start(run: PodRun): void {
    const pod = this.#pod(run);
    if (pod === undefined) return;
    const now = this.world.events.now();
    run.startedAt = now;
    this.truth.started(pod, now);
    this.#addresses++;
    const podIP = pod.status.podIP ?? `10.${64 + ((this.#addresses >> 16) & 63)}.${(this.#addresses >> 8) & 255}.${this.#addresses & 255}`;
    this.#report(pod, runningStatus(pod, now, podIP, run.restarts));
    this.recorder.record(pod, 'Normal', 'Started', `Started container ${pod.spec.containers[0]?.name ?? ''}`);
    this.#probe(run);
    if (!Number.isFinite(run.plan.runTime)) return;
    run.next = this.world.events.after(run.plan.runTime, () => {
      const { exitCode } = run.plan;
      this.#ended(run, exitCode, exitCode === 0 ? 'Completed' : 'Error', 'exited', this.world.events.now());
    });
  }

  #probe(run: PodRun): void {
    const { statusEvery } = run.plan;
    if (statusEvery === undefined) return;
    run.report = this.world.events.after(statusEvery, () => {
      const pod = this.#pod(run);
      if (pod === undefined) return;
      this.#report(pod, probedStatus(pod, this.world.events.now()));
      this.#probe(run);
    });
  }

  /** SIGTERM now, SIGKILL at the end of the grace. */
  #terminate(run: PodRun, pod: Pod): void {
    const now = this.world.events.now();
    const graceEnd = Math.max(now, now + graceLeft(pod, now));
    if (run.startedAt === undefined) {
      this.#cancel(run);
      this.#runs.delete(run.uid);
      this.#report(pod, endedStatus(pod, now, undefined));
      this.#gone(run);
      return;
    }
    if (run.killAt !== undefined && run.killAt <= graceEnd) return;
    const { onSigterm } = run.plan;
    const exitAt = onSigterm === undefined ? Infinity : now + onSigterm.exitAfter;
    const [at, code] =
      onSigterm !== undefined && exitAt <= graceEnd && graceEnd > now ? [exitAt, onSigterm.exitCode] : [graceEnd, SIGKILL_EXIT_CODE];
    if (run.killAt === undefined)
      this.recorder.record(pod, 'Normal', 'Killing', `Stopping container ${pod.spec.containers[0]?.name ?? ''}`);
    run.killAt = at;
    const naturalEnd = run.startedAt + run.plan.runTime;
    if (naturalEnd <= at) return; // it is done before the signal has its effect
    run.next?.cancel();
    run.next = this.world.events.at(at, () => {
      this.#ended(run, code, code === 0 ? 'Completed' : 'Error', 'killed', this.world.events.now());
    });
  }

  #ended(run: PodRun, exitCode: number, reason: string, end: RunEnd, at: number, because?: { reason: string; message: string }): void {
    const pod = this.#pod(run);
    this.#cancel(run);
    if (run.startedAt !== undefined) this.truth.ended(run.uid, at, end);
    if (pod === undefined) {
      this.#runs.delete(run.uid);
      return;
    }
    const now = this.world.events.now();
    const containerEnd = run.startedAt === undefined ? undefined : { exitCode, reason, startedAt: run.startedAt, finishedAt: at };
    const deleting = pod.metadata.deletionTimestamp !== undefined;
    const restarts = pod.spec.restartPolicy === 'Always' || (pod.spec.restartPolicy === 'OnFailure' && exitCode !== 0);
    if (restarts && !deleting && because === undefined && containerEnd !== undefined) {
      run.restarts++;
      run.startedAt = undefined;
      this.#report(pod, restartingStatus(pod, now, containerEnd, run.restarts));
      run.next = this.world.events.after(Math.min(LONGEST_BACKOFF_MS, RESTART_BACKOFF_MS * 2 ** (run.restarts - 1)), () => {
        this.#start(run);
      });
      return;
    }
    this.#runs.delete(run.uid);
    this.#report(pod, endedStatus(pod, now, containerEnd, because));
    if (deleting) this.#gone(run);
  }

  /** The last act for a deleted pod: its object may go, once nobody holds it by a finalizer. */
  #gone({ uid, namespace, name }: PodRun): void {
    const pod = this.world.store.get<Pod>(PODS, namespace, name)?.object;
    if (pod?.metadata.uid === uid) deleteObject(this.world, PODS, pod, { gracePeriodSeconds: 0 });
  }

  #vanished({ metadata }: Pod): void {
    const run = this.#runs.get(metadata.uid);
    if (run === undefined) return;
    this.#cancel(run);
    this.#runs.delete(run.uid);
    if (run.startedAt !== undefined && run.lostAt === undefined) this.truth.ended(run.uid, this.world.events.now(), 'force-deleted');
  }

  #report(pod: Pod, status: PodStatus): void {
    replaceObject(this.world, PODS, { ...pod, status });
  }

  #pod(run: PodRun): Pod | undefined {
    const pod = this.world.store.get<Pod>(PODS, run.namespace, run.name)?.object;
    return pod?.metadata.uid === run.uid ? pod : undefined;
  }

  #cancel(run: PodRun): void {
    run.next?.cancel();
    run.report?.cancel();
    run.deadline?.cancel();
    run.next = undefined;
    run.report = undefined;
    run.deadline = undefined;
  }
}

function graceLeft({ metadata }: Pod, now: number): number {
  if ((metadata.deletionGracePeriodSeconds ?? 0) === 0) return 0;
  // Written in whole seconds: the grace is never cut short by that.
  return Math.min((metadata.deletionGracePeriodSeconds ?? 0) * 1000, Date.parse(metadata.deletionTimestamp ?? '') + 999 - now);
}
