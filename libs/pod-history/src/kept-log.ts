import { type LogLine, type LogPlace, isBehind, type PodLog } from '#cluster';
import { linesOfPart } from './log-parts.ts';

/** What is known of a part before it is read. */
export interface PartIndex {
  readonly part: number;
  readonly first: LogPlace;
  readonly last: LogPlace;
  readonly lines: number;
}

/** A kept log as the cluster hands out that of a pod: read part by part, in memory for one of them. It is over, so following it ends. */
export function logOfParts(parts: readonly PartIndex[], read: (part: PartIndex) => Promise<string>): PodLog {
  return async function* ({ after, tailLines, signal }): AsyncGenerator<LogLine> {
    let skipped = 0;
    if (after === undefined && tailLines !== undefined) skipped = Math.max(0, parts.reduce((sum, { lines }) => sum + lines, 0) - tailLines);
    for (const part of parts) {
      if (signal?.aborted === true) return;
      if (after !== undefined && !isBehind(part.last, after)) continue;
      if (skipped >= part.lines) {
        skipped -= part.lines;
        continue;
      }
      for (const line of linesOfPart(await read(part), part.first)) {
        if (skipped > 0) skipped -= 1;
        else if (after === undefined || isBehind(line, after)) yield line;
      }
    }
  };
}
