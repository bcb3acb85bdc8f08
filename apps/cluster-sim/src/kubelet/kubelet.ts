import type { Recorder } from '../controllers/event-recorder.ts';
import { deleteObject, replaceObject } from '../lifecycle/object-lifecycle.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import type { Node, Pod, PodStatus } from '../objects/workloads.ts';
import { isTerminal } from '../objects/workloads.ts';
import { NODES, PODS } from '../schema/resources.ts';
import type { GpuRecord, RunEnd } from '../truth/gpu-record.ts';
import { ContainerStart } from './container-start.ts';
import { NodeRejections } from './node-rejections.ts';
import { planOf, type PodPlan } from './pod-plan.ts';
import type { PodRun } from './pod-run.ts';
import { SilentNodes } from './silent-nodes.ts';
import { endedStatus, lostStatus, probedStatus, restartingStatus, runningStatus } from './pod-status.ts';
import { type Trouble, troubleOf } from './start-trouble.ts';

const SIGKILL_EXIT_CODE = 137;
const LOST_EXIT_CODE = 255;
/** A kubelet that is back renews its lease at once, and reports its pods so much later. */
const RETURN_MS = 5_000;
const START_ERROR_EXIT_CODE = 128;
const RESTART_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 300_000;

/** The kubelets of all nodes: plays every bound pod by its plan and reports its status; nothing happens between its events. */
export class Kubelet {
  readonly #runs = new Map<string, PodRun>();
  readonly #rejections: NodeRejections;
  readonly #starts: ContainerStart;
  readonly #silent = new SilentNodes();
  #addresses = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly truth: GpuRecord,
    private readonly recorder: Recorder,
  ) {
    this.#rejections = new NodeRejections(simulation);
    this.#starts = new ContainerStart(simulation, recorder, {
      podOf: (run) => this.#pod(run),
      report: (run, status) => this.#report(run, status),
      started: (run) => this.#start(run),
      failedToStart: (run, message) => this.#failToStart(run, message),
    });
    simulation.store.subscribe(PODS, ({ type, current }) => {
      const pod = current.object as Pod;
      if (type === 'DELETED') this.#objectGone(pod);
      else if (pod.spec.nodeName !== undefined) this.#observe(pod);
    });
  }

  /** When the pod's container started and, if it did, ended, in milliseconds; for its log. */
  runOf(uid: string): { readonly plan: PodPlan; readonly startedAt: number | undefined } | undefined {
    return this.#runs.get(uid);
  }

  /** The node is gone: what ran there has stopped, though the API does not know. */
  nodeLost(node: string): void {
    this.nodeCutOff(node);
    for (const run of this.#runsOn(node)) {
      this.#cancel(run);
      if (run.lostAt !== undefined) continue;
      run.lostAt = this.simulation.events.now();
      if (run.startedAt !== undefined) this.truth.ended(run.uid, run.lostAt, 'node-lost');
    }
  }

  /** The node is cut off from the API: what runs there runs on, and nobody hears of it. */
  nodeCutOff(node: string): void {
    this.#silent.add(node);
  }

  /**
   * The node is back. Soon its kubelet reports what happened meanwhile, ends what was to be ended, and starts what it had not
   * started. Of containers that went down with their node it knows nothing: containerd dates their end to its own restart.
   */
  nodeReturned(node: string): void {
    const silence = this.#silent.silenceOf(node);
    this.simulation.events.after(RETURN_MS, () => {
      if (silence !== undefined && this.#silent.silenceOf(node) === silence) this.#resume(node);
    });
  }

  /** The node takes no pod from now on, and reports why; undefined: it takes them again. */
  rejectPods(node: string, rejection: Trouble | undefined): void {
    this.#rejections.set(node, rejection);
  }

  /** The container cannot be found any more: it has stopped, and the kubelet does not know when, nor since when it ran. */
  loseContainer(uid: string): void {
    const run = this.#runs.get(uid);
    if (run === undefined) return;
    this.#cancel(run);
    this.#runs.delete(uid);
    const now = this.simulation.events.now();
    if (run.startedAt !== undefined) this.truth.ended(uid, now, 'container-lost');
    this.#report(run, (pod) => lostStatus(pod, now));
    if (this.#pod(run)?.metadata.deletionTimestamp !== undefined) this.#gone(run);
  }

  #resume(node: string): void {
    this.#silent.end(node);
    const now = this.simulation.events.now();
    for (const run of this.#runsOn(node)) {
      const pod = this.#pod(run);
      if (pod === undefined || isTerminal(pod)) this.#forget(run);
      else if (run.lostAt !== undefined && run.startedAt !== undefined) this.#ended(run, LOST_EXIT_CODE, 'Unknown', 'node-lost', now);
      else if (pod.metadata.deletionTimestamp !== undefined) this.#terminate(run, pod);
      else if (run.lostAt !== undefined) {
        run.lostAt = undefined;
        this.#create(run, pod);
      } else if (run.startedAt !== undefined) this.#report(run, (current) => probedStatus(current, now));
    }
    for (const { object: pod } of this.simulation.store.list<Pod>(PODS)) {
      if (pod.spec.nodeName !== node) continue;
      // It ended, and its deletion was asked for while the node could not report. Nothing is left to stop, so it may go.
      if (isTerminal(pod) && pod.metadata.deletionTimestamp !== undefined)
        deleteObject(this.simulation, PODS, pod, { gracePeriodSeconds: 0 });
      else this.#observe(pod);
    }
  }

  /** Nobody wants it any more: its object went, or was given up, while its node was cut off. */
  #forget(run: PodRun): void {
    this.#cancel(run);
    this.#runs.delete(run.uid);
    if (run.startedAt !== undefined && run.lostAt === undefined) this.truth.ended(run.uid, this.simulation.events.now(), 'unseen');
  }

  #runsOn(node: string): PodRun[] {
    return [...this.#runs.values()].filter((run) => run.node === node);
  }

  #observe(pod: Pod): void {
    const { uid, namespace = '', name, deletionTimestamp } = pod.metadata;
    const node = pod.spec.nodeName ?? '';
    if (this.#silent.has(node)) return;
    let run = this.#runs.get(uid);
    if (run === undefined) {
      if (isTerminal(pod)) return;
      if (deletionTimestamp === undefined && this.#rejections.reject(pod, node)) return;
      run = {
        uid,
        namespace,
        name,
        node,
        plan: planOf(pod, this.simulation.settings),
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
        run.next = this.simulation.events.soon(() => {
          const now = this.#pod(created);
          if (now !== undefined) this.#create(created, now);
        });
      }
    }
    if (deletionTimestamp !== undefined && !isTerminal(pod)) this.#terminate(run, pod);
  }

  #create(run: PodRun, pod: Pod): void {
    const address = this.simulation.store.get<Node>(NODES, '', run.node)?.object.status.addresses[0]?.address ?? '10.0.0.1';
    this.#starts.begin(run, address);
    const deadline = pod.spec.activeDeadlineSeconds;
    if (deadline !== undefined) {
      run.deadline = this.simulation.events.after(deadline * 1000, () => {
        this.#ended(run, SIGKILL_EXIT_CODE, 'Error', 'killed', this.simulation.events.now(), {
          reason: 'DeadlineExceeded',
          message: 'Pod was active on the node longer than the specified deadline',
        });
      });
    }
  }

  /** The runtime cannot start the command: an end without a run, dated to 1970 as containerd does. */
  #failToStart(run: PodRun, message: string | undefined): void {
    const now = this.simulation.events.now();
    this.#cancel(run);
    this.#runs.delete(run.uid);
    this.#report(run, (pod) => {
      const end = { ...troubleOf(pod, 'StartError', message), exitCode: START_ERROR_EXIT_CODE, startedAt: 0, finishedAt: now };
      return endedStatus(pod, now, end);
    });
  }

  #start(run: PodRun): void {
    const pod = this.#pod(run);
    if (pod === undefined) return;
    const now = this.simulation.events.now();
    run.startedAt = now;
    this.truth.started(pod, now);
    this.#addresses++;
    const podIP = pod.status.podIP ?? `10.${64 + ((this.#addresses >> 16) & 63)}.${(this.#addresses >> 8) & 255}.${this.#addresses & 255}`;
    this.#report(run, (current) => runningStatus(current, now, podIP, run.restarts));
    this.recorder.record(pod, 'Normal', 'Started', `Started container ${pod.spec.containers[0]?.name ?? ''}`);
    this.#probe(run);
    this.#evictLater(run);
    if (!Number.isFinite(run.plan.runTime)) return;
    run.next = this.simulation.events.after(run.plan.runTime, () => {
      const { exitCode, exitReason } = run.plan;
      this.#ended(run, exitCode, exitCode === 0 ? 'Completed' : exitReason, 'exited', this.simulation.events.now());
    });
  }

  /** As a kubelet whose node is short of disk or memory. */
  #evictLater(run: PodRun): void {
    const { eviction } = run.plan;
    if (eviction === undefined) return;
    const { after, message } = eviction;
    run.deadline?.cancel();
    run.deadline = this.simulation.events.after(after, () => {
      const pod = this.#pod(run);
      if (pod !== undefined) this.recorder.record(pod, 'Warning', 'Evicted', message);
      this.#ended(run, SIGKILL_EXIT_CODE, 'Error', 'killed', this.simulation.events.now(), { reason: 'Evicted', message });
    });
  }

  #probe(run: PodRun): void {
    const { statusEvery } = run.plan;
    if (statusEvery === undefined) return;
    run.report = this.simulation.events.after(statusEvery, () => {
      const now = this.simulation.events.now();
      this.#report(run, (pod) => probedStatus(pod, now));
      this.#probe(run);
    });
  }

  /** SIGTERM now, SIGKILL at the end of the grace. */
  #terminate(run: PodRun, pod: Pod): void {
    const now = this.simulation.events.now();
    const graceEnd = Math.max(now, now + graceLeft(pod, now));
    if (run.startedAt === undefined) {
      this.#cancel(run);
      this.#runs.delete(run.uid);
      this.#report(run, (current) => endedStatus(current, now, undefined));
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
    run.next = this.simulation.events.at(at, () => {
      this.#ended(run, code, code === 0 ? 'Completed' : 'Error', 'killed', this.simulation.events.now());
    });
  }

  #ended(run: PodRun, exitCode: number, reason: string, end: RunEnd, at: number, because?: { reason: string; message: string }): void {
    const pod = this.#pod(run);
    this.#cancel(run);
    // A node that is cut off reports nothing: its object may be gone before the node is back.
    const unheard = pod === undefined || this.#silent.silenceOf(run.node) !== undefined;
    if (run.startedAt !== undefined && run.lostAt === undefined) this.truth.ended(run.uid, at, unheard ? 'unseen' : end);
    run.lostAt = undefined;
    if (pod === undefined) {
      this.#runs.delete(run.uid);
      return;
    }
    const now = this.simulation.events.now();
    const containerEnd = run.startedAt === undefined ? undefined : { exitCode, reason, startedAt: run.startedAt, finishedAt: at };
    const deleting = pod.metadata.deletionTimestamp !== undefined;
    const restarts = pod.spec.restartPolicy === 'Always' || (pod.spec.restartPolicy === 'OnFailure' && exitCode !== 0);
    if (restarts && !deleting && because === undefined && containerEnd !== undefined) {
      run.restarts++;
      run.startedAt = undefined;
      this.#report(run, (current) => restartingStatus(current, now, containerEnd, run.restarts));
      run.next = this.simulation.events.after(Math.min(LONGEST_BACKOFF_MS, RESTART_BACKOFF_MS * 2 ** (run.restarts - 1)), () => {
        this.#start(run);
      });
      return;
    }
    this.#runs.delete(run.uid);
    this.#report(run, (current) => endedStatus(current, now, containerEnd, because));
    if (deleting) this.#gone(run);
  }

  /** The last act for a deleted pod: its object may go, once nobody holds it by a finalizer. */
  #gone(run: PodRun): void {
    this.#whenReachable(run, (pod) => deleteObject(this.simulation, PODS, pod, { gracePeriodSeconds: 0 }));
  }

  #objectGone({ metadata }: Pod): void {
    const run = this.#runs.get(metadata.uid);
    // A kubelet that is cut off has not heard of it.
    if (run === undefined || (this.#silent.has(run.node) && run.lostAt === undefined)) return;
    this.#cancel(run);
    this.#runs.delete(run.uid);
    if (run.startedAt !== undefined && run.lostAt === undefined) this.truth.ended(run.uid, this.simulation.events.now(), 'force-deleted');
  }

  #report(run: PodRun, status: (pod: Pod) => PodStatus): void {
    this.#whenReachable(run, (pod) => {
      if (!isTerminal(pod)) replaceObject(this.simulation, PODS, { ...pod, status: status(pod) });
    });
  }

  /** Acts on a pod's object, if the API server has it, as soon as the node can reach the API server. */
  #whenReachable(run: PodRun, report: (pod: Pod) => unknown): void {
    this.#silent.report(run.node, () => {
      const pod = this.#pod(run);
      if (pod !== undefined) report(pod);
    });
  }

  #pod(run: PodRun): Pod | undefined {
    const pod = this.simulation.store.get<Pod>(PODS, run.namespace, run.name)?.object;
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
