import { readFile, rename, writeFile } from 'node:fs/promises';
import { Clock } from '#kernel';

/** How far a cluster came. */
interface Progress {
  /** Milliseconds since 1970 in simulated time. */
  readonly time: number;
  readonly revision: number;
}

const EVERY_MILLISECONDS = 5_000;
/** More changes than a cluster makes between two times that it writes down how far it came. */
const REVISIONS_AHEAD = 1_000_000;

/** As another clock, ahead of it. */
class ClockAhead extends Clock {
  constructor(
    private readonly clock: Clock,
    private readonly milliseconds: number,
  ) {
    super();
  }

  override now(): Date {
    return new Date(this.clock.now().getTime() + this.milliseconds);
  }

  override async wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    await this.clock.wait(milliseconds, signal);
  }
}

/**
 * What a simulated cluster remembers of its starts before: its objects are gone with each stop, but its time and its resource
 * versions never go back, whatever became of the machine's clock.
 */
export class ClusterMemory {
  #timer: NodeJS.Timeout | undefined;
  #read: () => Progress = () => this.before;

  private constructor(
    private readonly file: string | undefined,
    private readonly before: Progress,
  ) {}

  /** Nothing is remembered without a file. */
  static async open(file: string | undefined): Promise<ClusterMemory> {
    const text = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined);
    return new ClusterMemory(file, text === undefined ? { time: 0, revision: 0 } : (JSON.parse(text) as Progress));
  }

  /** The first revision that cannot have been used before. */
  get nextRevision(): number {
    return this.before.revision === 0 ? 0 : this.before.revision + REVISIONS_AHEAD;
  }

  /** `clock`, set forward where it is behind the time that was reached before. */
  continuing(clock: Clock): Clock {
    const behind = this.before.time - clock.now().getTime();
    return behind > 0 ? new ClockAhead(clock, behind) : clock;
  }

  /** Writes down how far the cluster is, every now and then and at its end. */
  keep(read: () => Progress): void {
    this.#read = read;
    if (this.file !== undefined) this.#timer = setInterval(() => void this.#write().catch(() => undefined), EVERY_MILLISECONDS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#write();
  }

  async #write(): Promise<void> {
    if (this.file === undefined) return;
    // A crash in the middle leaves the old file.
    await writeFile(`${this.file}.new`, JSON.stringify(this.#read()), { mode: 0o600 });
    await rename(`${this.file}.new`, this.file);
  }
}
