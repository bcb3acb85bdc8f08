/** Where a reader of a log is: `nth` counts the lines that bear the same instant, from 1. */
export interface LogPlace {
  /** RFC 3339 in UTC with nine digits of a second, so that instants compare as text; empty before the first. */
  readonly at: string;
  readonly nth: number;
}

/** A line that a pod wrote. A carriage return in it is part of it: a terminal shows what follows the last one. */
export interface LogLine extends LogPlace {
  readonly text: string;
}

/** The place before the first line of an instant. */
export function startOf(instant: Date): LogPlace {
  const [second = '', fraction = ''] = instant.toISOString().slice(0, -1).split('.');
  return { at: `${second}.${fraction.padEnd(9, '0')}Z`, nth: 0 };
}

/** A line that does not end is handed on in pieces of so many characters: a progress bar may write one for hours. */
const LONGEST_PIECE = 64 * 1024;
const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ?/;

/** The texts between line feeds, in order; a line that ends with CR LF has neither. Pieces of one line follow each other. */
export async function* linesIn(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield* piecesOf(line.endsWith('\r') ? line.slice(0, -1) : line);
    while (rest.length > LONGEST_PIECE) {
      yield rest.slice(0, LONGEST_PIECE);
      rest = rest.slice(LONGEST_PIECE);
    }
  }
  if (rest !== '') yield rest;
}

function* piecesOf(line: string): Generator<string> {
  for (let from = 0; from === 0 || from < line.length; from += LONGEST_PIECE) yield line.slice(from, from + LONGEST_PIECE);
}

/**
 * The lines of one connection that come behind `known`, which were handed out before. The cluster repeats from the second of `known`, so
 * the first lines are passed over as long as they are not behind it. A piece without a timestamp belongs to the line before it, and is
 * never passed over for being old by itself. Once something new came, all that follows is new, even if the node's clock was set back.
 */
export async function* linesBehind(known: LogPlace | undefined, pieces: AsyncIterable<string>): AsyncGenerator<LogLine> {
  let place: LogPlace | undefined;
  let repeats = known !== undefined;
  for await (const piece of pieces) {
    const stamped = timestampOf(piece);
    const at = stamped?.at ?? place?.at ?? known?.at ?? '';
    const isRepeated = repeats && known !== undefined && (stamped !== undefined || place !== undefined);
    // What comes before any timestamp is the cluster's own message: it counts behind all that is known.
    if (stamped === undefined && place === undefined) place = { at, nth: (known?.nth ?? 0) + 1 };
    else place = { at, nth: place?.at === at ? place.nth + 1 : 1 };
    if (isRepeated && !isBehind(place, known)) continue;
    repeats &&= !isRepeated;
    yield { ...place, text: stamped?.text ?? piece };
  }
}

/** Whether a line comes after another one. */
export function isBehind(place: LogPlace, known: LogPlace): boolean {
  return place.at > known.at || (place.at === known.at && place.nth > known.nth);
}

/** The instant before a line and the line itself; a node's container runtime may write local time. */
function timestampOf(piece: string): { readonly at: string; readonly text: string } | undefined {
  const [prefix, second = '', fraction = '', zone = 'Z'] = TIMESTAMP.exec(piece) ?? [];
  if (prefix === undefined) return undefined;
  const seconds = new Date(`${second}${zone}`);
  if (Number.isNaN(seconds.getTime())) return undefined;
  return { at: `${seconds.toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}Z`, text: piece.slice(prefix.length) };
}
