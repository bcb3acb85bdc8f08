import type { Recorder } from '../controllers/event-recorder.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import type { Pod, PodStatus } from '../objects/workloads.ts';
import type { PodRun } from './pod-run.ts';
import { creatingStatus } from './pod-status.ts';
import { failedPull, imageOf, pullBackOff, type Trouble, troubleOf } from './start-trouble.ts';

const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 300_000;

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

  /** Begins to pull the image. */
  begin(run: PodRun, address: string): void {
    const { imagePull, pullFailsFor } = run.plan;
    const now = this.simulation.events.now();
    if (pullFailsFor > 0) this.#failPull(run, address, now + pullFailsFor, FIRST_BACKOFF_MS);
    else {
      this.kubelet.report(run, (current) => creatingStatus(current, now, address, { reason: 'ContainerCreating' }));
      run.next = this.simulation.events.after(imagePull, () => this.#pulled(run, address));
    }
  }

  /** Tries to pull by turns with growing pauses, until `until`. */
  #failPull(run: PodRun, address: string, until: number, pause: number): void {
    const report = (trouble: (pod: Pod) => Trouble): void =>
      this.kubelet.report(run, (pod) => creatingStatus(pod, this.simulation.events.now(), address, trouble(pod)));
    report(failedPull);
    this.#warn(run, 'Failed', (pod) => `Failed to pull image "${imageOf(pod)}": ${failedPull(pod).message}`);
    this.#warn(run, 'Failed', () => 'Error: ErrImagePull');
    run.next = this.simulation.events.after(1_000, () => {
      report(pullBackOff);
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

  /** The image is there: the container starts after its delay, or fails to. */
  #pulled(run: PodRun, address: string): void {
    const { startDelay, startFault } = run.plan;
    run.next = this.simulation.events.after(startDelay, () => {
      if (startFault === undefined) this.kubelet.started(run);
      else if (startFault.reason === 'StartError') this.kubelet.failedToStart(run, startFault.message);
      else {
        const { reason, message } = startFault;
        this.#warn(run, 'Failed', (pod) => `Error: ${troubleOf(pod, reason, message).message}`);
        this.kubelet.report(run, (pod) => creatingStatus(pod, this.simulation.events.now(), address, troubleOf(pod, reason, message)));
      }
    });
  }
}
