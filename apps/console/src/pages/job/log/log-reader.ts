import { readStream, type StreamState } from '../../../api/event-stream.ts';
import { isProblem, type Problem } from '../../../api/problem.ts';
import { LogBuffer } from './log-buffer.ts';
import { type LinesPage, readLines, reasonHeader, type WantedLog, type WrittenLine } from './log-lines.ts';

/** Lines that are read at once. */
const PAGE = 2_000;
const PAUSE_MS = 2_000;

/** As a stream is; `past`: a part of the log is shown that does not reach its end, so that nothing is followed. */
export type LogState = StreamState | 'past';

/** Reads parts of a log: its end, which is followed, or lines around any other one. Earlier and later lines are read when they are wanted. */
export class LogReader {
  readonly buffer = new LogBuffer();
  state: LogState = 'connecting';
  problem: Problem | undefined;
  /** What was kept of the log of a pod that is gone; undefined where the cluster has it. */
  kept: LinesPage['kept'];
  #part = new AbortController();
  #reads = false;

  constructor(
    readonly wanted: WantedLog,
    /** Is called after a change of `state` or `problem`. */
    private readonly onChange: () => void,
  ) {}

  stop(): void {
    this.#part.abort();
  }

  /** Shows the end of the log, and follows it. */
  showEnd(): void {
    this.#show(async (signal) => {
      const { items, nextCursor, kept } = await readLines(this.wanted, { order: 'latest', limit: PAGE }, signal);
      this.kept = kept;
      this.buffer.show(items.toReversed(), nextCursor, undefined);
    });
  }

  /** Shows the lines around one that was found. */
  showAround(line: WrittenLine): void {
    const page = { cursor: line.id, limit: PAGE / 2 };
    this.#show(async (signal) => {
      const [before, after] = await Promise.all([
        readLines(this.wanted, { ...page, order: 'latest' }, signal),
        readLines(this.wanted, { ...page, order: 'first' }, signal),
      ]);
      this.buffer.show([...before.items.toReversed(), line, ...after.items], before.nextCursor, after.nextCursor);
    });
  }

  async loadOlder(): Promise<void> {
    const { older } = this.buffer;
    if (older === undefined) return;
    await this.#load(async (signal) => {
      const { items, nextCursor } = await readLines(this.wanted, { order: 'latest', cursor: older, limit: PAGE }, signal);
      // New lines may have pushed out the oldest meanwhile: what was read would not be next to what is there.
      if (signal.aborted || this.buffer.older !== older) return;
      this.buffer.prepend(items.toReversed(), nextCursor);
      // The end made place for them: it is followed no longer.
      if (this.buffer.newer !== undefined && this.state !== 'past') {
        this.#part.abort();
        this.#part = new AbortController();
        this.#tell('past');
      }
    });
  }

  async loadNewer(): Promise<void> {
    const { newer } = this.buffer;
    if (newer === undefined) return;
    await this.#load(async (signal) => {
      const { items, nextCursor } = await readLines(this.wanted, { order: 'first', cursor: newer, limit: PAGE }, signal);
      if (signal.aborted) return;
      this.buffer.append(items, nextCursor);
      if (nextCursor === undefined) void this.#follow(signal);
    });
  }

  #tell(state: LogState, problem?: Problem): void {
    this.state = state;
    this.problem = problem;
    this.onChange();
  }

  /** Reads another part, again and again while the API cannot be reached, and follows it where it reaches the end. */
  #show(read: (signal: AbortSignal) => Promise<void>): void {
    this.#part.abort();
    this.#part = new AbortController();
    const { signal } = this.#part;
    this.#tell('connecting');
    void (async () => {
      for (;;) {
        try {
          await read(signal);
          if (this.buffer.newer === undefined) await this.#follow(signal);
          else this.#tell('past');
          return;
        } catch (error) {
          if (signal.aborted) return;
          if (isProblem(error) && error.status < 500) {
            this.#tell('ended', error);
            return;
          }
          this.#tell('reconnecting');
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
      }
    })();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { jobId, attempt, replica, reason } = this.wanted;
    const last = this.buffer.lines.at(-1)?.id;
    await readStream(
      `/api/v1/jobs/${jobId}/logs/stream?attempt=${attempt}&replica=${replica}`,
      {
        onEvent: ({ id, data }) => {
          if (!signal.aborted) this.buffer.append([{ id, at: id.split('/')[0] ?? '', text: data }]);
        },
        onState: (state) => {
          if (!signal.aborted) this.#tell(state);
        },
        onProblem: (problem) => this.#tell('ended', problem),
      },
      { signal, headers: reasonHeader(reason), ...(last !== undefined && { after: last }) },
    );
  }

  /** Reads more of the part that is shown, once at a time. */
  async #load(read: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#reads) return;
    this.#reads = true;
    try {
      await read(this.#part.signal);
    } catch (error) {
      if (isProblem(error) && error.status < 500) this.#tell(this.state, error);
    } finally {
      this.#reads = false;
    }
  }
}
