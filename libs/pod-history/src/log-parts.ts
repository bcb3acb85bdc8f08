import type { LogLine, LogPlace } from '#cluster';

/** A piece of a log as text, one line after the other, each with its instant in front. */
export interface LogPart {
  readonly first: LogPlace;
  readonly last: LogPlace;
  readonly lines: number;
  readonly text: string;
}

/** Characters of a part: what a reader of a page has to take into memory at once. */
const PART_CHARACTERS = 512 * 1024;

/** Gathers lines of a log into parts. */
export class LogPartWriter {
  #pieces: string[] = [];
  #characters = 0;
  #first: LogPlace | undefined;
  #last: LogPlace | undefined;

  /** @returns a part that is full with this line */
  add({ at, nth, text }: LogLine): LogPart | undefined {
    this.#first ??= { at, nth };
    this.#last = { at, nth };
    // A line contains no line feed: it is what separates lines.
    const piece = `${at} ${text}\n`;
    this.#pieces.push(piece);
    this.#characters += piece.length;
    return this.#characters >= PART_CHARACTERS ? this.end() : undefined;
  }

  /** @returns what was gathered since the last part; undefined where that is nothing */
  end(): LogPart | undefined {
    if (this.#first === undefined || this.#last === undefined) return undefined;
    const part = { first: this.#first, last: this.#last, lines: this.#pieces.length, text: this.#pieces.join('') };
    this.#pieces = [];
    this.#characters = 0;
    this.#first = undefined;
    this.#last = undefined;
    return part;
  }
}

/** The lines of a part's text. @param first the place of its first line: lines of the same instant may be in the part before */
export function* linesOfPart(text: string, first: LogPlace): Generator<LogLine> {
  let place: LogPlace | undefined;
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from);
    const space = text.indexOf(' ', from);
    const at = text.slice(from, space);
    place = place === undefined ? first : { at, nth: place.at === at ? place.nth + 1 : 1 };
    yield { ...place, text: text.slice(space + 1, end) };
    from = end + 1;
  }
}
