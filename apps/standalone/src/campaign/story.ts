import { appendFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '#kernel';

/** What happened in a seed, in the order in which it did: into a file, and counted. */
export class Story {
  readonly struck = new Map<string, number>();
  readonly deeds = new Map<string, number>();

  constructor(
    readonly directory: string,
    private readonly clock: Clock,
  ) {}

  tell(what: string): void {
    appendFileSync(path.join(this.directory, 'story.log'), `${new Date().toISOString()} ${this.clock.now().toISOString()} ${what}\n`);
  }

  strike(kind: string, detail = ''): void {
    this.struck.set(kind, (this.struck.get(kind) ?? 0) + 1);
    this.tell(`FAULT ${kind} ${detail}`);
  }

  deed(kind: string, outcome: string): void {
    this.deeds.set(kind, (this.deeds.get(kind) ?? 0) + 1);
    this.tell(`deed ${kind}: ${outcome}`);
  }
}
