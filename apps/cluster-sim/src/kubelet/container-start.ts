import type { Recorder } from '../controllers/event-recorder.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import type { Pod, PodStatus } from '../objects/workloads.ts';
import type { PodRun } from './pod-run.ts';
import { creatingStatus } from './pod-status.ts';
import { mayPull, unknownVariables, unmountedSecret } from './pod-secrets.ts';
import { failedPull, imageOf, pullBackOff, type PullRefusal, type Trouble, troubleOf } from './start-trouble.ts';

const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 300_000;
/** Between two looks for what a pod needs of the API server. */
const RESYNC_MS = 2_000;

/** What the kubelet does for a container that is being started. */
export interface StartingKubelet {
  podOf(run: PodRun): Pod | undefined;
  report(run: PodRun, status: (pod: Pod) => PodStatus): void;
  /** The container runs. */
  started(run: PodRun): void;
  /** The runtime cannot start the command. */
  failedToStart(run: PodRun, message: string | undefined): void;
}

/** The way of a container from its pod's creation to its start: pulls its image, waits as its plan says, and meets the plan's faults. */
export class ContainerStart {
  constructor(
    private readonly simulation: Simulation,
    private readonly recorder: Recorder,
    private readonly kubelet: StartingKubelet,
  ) {}

  /** Mounts the volumes, and begins to pull the image. */
  begin(run: PodRun, address: string): void {
    const { imagePull, pullFailsFor } = run.plan;
    const now = this.simulation.events.now();
    const pod = this.kubelet.podOf(run);
    const unmounted = pod && unmountedSecret(this.simulation.store, pod);
    const creating = (): void =>
      this.kubelet.report(run, (current) => creatingStatus(current, now, address, { reason: 'ContainerCreating' }));
    if (pod !== undefined && unmounted !== undefined) {
      creating();
      this.recorder.record(pod, 'Warning', 'FailedMount', unmounted);
      run.next = this.simulation.events.after(RESYNC_MS, () => this.begin(run, address));
    } else if (pullFailsFor > 0) this.#failPull(run, address, now + pullFailsFor, FIRST_BACKOFF_MS);
    else if (this.#refusalOf(run) === 'unauthorized') this.#failPull(run, address, Infinity, FIRST_BACKOFF_MS);
    else {
      creating();
      run.next = this.simulation.events.after(imagePull, () => this.#pulled(run, address));
    }
  }

  /** Tries to pull by turns with growing pauses, until `until`. */
  #failPull(run: PodRun, address: string, until: number, pause: number): void {
    const report = (trouble: (pod: Pod) => Trouble): void =>
      this.kubelet.report(run, (pod) => creatingStatus(pod, this.simulation.events.now(), address, trouble(pod)));
    const refusal = this.#refusalOf(run);
    report((current) => failedPull(current, refusal));
    this.#warn(run, 'Failed', (pod) => `Failed to pull image "${imageOf(pod)}": ${failedPull(pod, refusal).message}`);
    this.#warn(run, 'Failed', () => 'Error: ErrImagePull');
    run.next = this.simulation.events.after(1_000, () => {
      report((current) => pullBackOff(current, refusal));
      this.#warn(run, 'BackOff', (pod) => `Back-off pulling image "${imageOf(pod)}"`);
      run.next = this.simulation.events.after(pause, () => {
        if (this.simulation.events.now() >= until) this.#pulled(run, address);
        else this.#failPull(run, address, until, Math.min(LONGEST_BACKOFF_MS, pause * 2));
      });
    });
  }

  #warn(run: PodRun, reason: string, messageOf: (pod: Pod) => string): void {
    const pod = this.kubelet.podOf(run);
    if (pod !== undefined) this.recorder.record(pod, 'Warning', reason, messageOf(pod));
  }

  #refusalOf(run: PodRun): PullRefusal {
    const pod = this.kubelet.podOf(run);
    return run.plan.pullNeedsSecret && pod !== undefined && !mayPull(this.simulation.store, pod) ? 'unauthorized' : 'not found';
  }

  /** The container starts when the secrets of its variables are there. */
  #configure(run: PodRun, address: string): void {
    const pod = this.kubelet.podOf(run);
    const message = pod && unknownVariables(this.simulation.store, pod);
    if (message === undefined) {
      this.kubelet.started(run);
      return;
    }
    const now = this.simulation.events.now();
    this.kubelet.report(run, (current) => creatingStatus(current, now, address, { reason: 'CreateContainerConfigError', message }));
    run.next = this.simulation.events.after(RESYNC_MS, () => this.#configure(run, address));
  }

  /** The image is there: the container starts after its delay, or fails to. */
  #pulled(run: PodRun, address: string): void {
    const { startDelay, startFault } = run.plan;
    run.next = this.simulation.events.after(startDelay, () => {
      if (startFault === undefined) this.#configure(run, address);
      else if (startFault.reason === 'StartError') this.kubelet.failedToStart(run, startFault.message);
      else {
        const { reason, message } = startFault;
        this.#warn(run, 'Failed', (pod) => `Error: ${troubleOf(pod, reason, message).message}`);
        this.kubelet.report(run, (pod) => creatingStatus(pod, this.simulation.events.now(), address, troubleOf(pod, reason, message)));
      }
    });
  }
}
