import { appendFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '#kernel';

/** What happened in a seed, in the order in which it did: into a file, and counted. */
export class Story {
  readonly injected = new Map<string, number>();
  readonly operations = new Map<string, number>();

  constructor(
    readonly directory: string,
    private readonly clock: Clock,
  ) {}

  tell(what: string): void {
    appendFileSync(path.join(this.directory, 'story.log'), `${new Date().toISOString()} ${this.clock.now().toISOString()} ${what}\n`);
  }

  inject(kind: string, detail = ''): void {
    this.injected.set(kind, (this.injected.get(kind) ?? 0) + 1);
    this.tell(`FAULT ${kind} ${detail}`);
  }

  operation(kind: string, outcome: string): void {
    this.operations.set(kind, (this.operations.get(kind) ?? 0) + 1);
    this.tell(`operation ${kind}: ${outcome}`);
  }
}
