import type { Kubelet } from '../kubelet/kubelet.ts';
import { type LogLine, plannedLog } from '../kubelet/planned-log.ts';
import type { Simulation } from '../lifecycle/simulation.ts';
import type { Pod } from '../objects/workloads.ts';
import { PODS } from '../schema/resources.ts';
import type { ScheduledEvent } from '../time/event-queue.ts';
import type { Exchange } from './exchange.ts';
import { isTrue } from './request-path.ts';
import { badRequest } from './status.ts';

interface TimedLine {
  readonly at: number;
  readonly line: LogLine;
}

/** Characters that are sent at once. */
const PIECE = 64 * 1024;

/** Serves `pods/log` from the pods' plans: nothing is stored, a line is due at its offset from the container's start. */
export class LogRequests {
  constructor(
    private readonly simulation: Simulation,
    private readonly kubelet: Kubelet,
  ) {}

  async answer({ query, response }: Exchange, pod: Pod): Promise<void> {
    const container = this.#container(pod, query.get('container') ?? '');
    const state = pod.status.containerStatuses?.find(({ name }) => name === container)?.state;
    if (state?.running === undefined && state?.terminated === undefined) {
      const reason = state?.waiting?.reason ?? 'ContainerCreating';
      throw badRequest(`container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${reason}`);
    }
    const lines = this.#lines(pod, container);
    const now = this.simulation.events.now();
    let shown = lines.filter(({ at }) => at <= now);
    const sinceSeconds = query.get('sinceSeconds');
    const since = sinceSeconds === null ? Date.parse(query.get('sinceTime') ?? '') : now - Number(sinceSeconds) * 1000;
    if (!Number.isNaN(since)) shown = shown.filter(({ at }) => at >= since);
    const tail = query.get('tailLines');
    if (tail !== null) shown = Number(tail) === 0 ? [] : shown.slice(-Number(tail));
    const timestamps = isTrue(query.get('timestamps'));
    const format = ({ at, line: { text } }: TimedLine): string => `${timestamps ? `${new Date(at).toISOString()} ` : ''}${text}\n`;

    response.writeHead(200, { 'content-type': 'text/plain' });
    response.flushHeaders();
    await send(response, shown, format);
    const coming = lines.filter(({ at }) => at > now);
    if (isTrue(query.get('follow')) && this.#runs(pod, container)) this.#follow(response, pod, coming, format);
    else response.end();
  }

  /** Whether the container runs by now: a slow reader may have outlasted it. */
  #runs({ metadata }: Pod, container: string): boolean {
    const pod = this.simulation.store.get<Pod>(PODS, metadata.namespace ?? '', metadata.name)?.object;
    return pod?.status.containerStatuses?.find(({ name }) => name === container)?.state.running !== undefined;
  }

  #container({ metadata, spec }: Pod, asked: string): string {
    const names = spec.containers.map(({ name }) => name);
    if (asked !== '') {
      if (!names.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
      return asked;
    }
    if (names.length > 1)
      throw badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(' ')}]`);
    return names[0] ?? '';
  }

  /** All lines the container has written or will write, should nothing stop it. */
  #lines(pod: Pod, container: string): TimedLine[] {
    const state = pod.status.containerStatuses?.find(({ name }) => name === container)?.state;
    const exact = this.kubelet.runOf(pod.metadata.uid)?.startedAt;
    const start = exact ?? Date.parse(state?.running?.startedAt ?? state?.terminated?.startedAt ?? '');
    const end = state?.terminated === undefined ? Infinity : Date.parse(state.terminated.finishedAt ?? '') + 999;
    return plannedLog(pod, this.simulation.settings)
      .map((line) => ({ at: start + line.offset, line }))
      .filter(({ at }) => at <= end);
  }

  #follow(response: Exchange['response'], pod: Pod, coming: readonly TimedLine[], format: (line: TimedLine) => string): void {
    const due: ScheduledEvent[] = coming.map((line) => this.simulation.events.at(line.at, () => response.write(format(line))));
    const unsubscribe = this.simulation.store.subscribe(PODS, ({ type, current }) => {
      const changed = current.object as Pod;
      if (changed.metadata.uid !== pod.metadata.uid) return;
      // Lines of this very instant are written before the end is.
      if (type === 'DELETED' || changed.status.containerStatuses?.every(({ state }) => state.running === undefined) === true)
        this.simulation.events.soon(() => response.end());
    });
    response.on('close', () => {
      unsubscribe();
      for (const event of due) event.cancel();
    });
  }
}

/** Sends lines at the pace of their reader, who may leave before the end. */
async function send(response: Exchange['response'], lines: readonly TimedLine[], format: (line: TimedLine) => string): Promise<void> {
  let piece = '';
  for (const [index, line] of lines.entries()) {
    piece += format(line);
    if (piece.length < PIECE && index < lines.length - 1) continue;
    if (response.destroyed) return;
    if (!response.write(piece)) await writable(response);
    piece = '';
  }
}

/** Waits until the answer takes more, or its reader has left. */
async function writable(response: Exchange['response']): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
