import Anser, { type AnserJsonEntry } from 'anser';

/** A part of a line in one look. */
export interface LogSegment {
  readonly text: string;
  /** One of the eight colours of a terminal, such as `red`, or any colour as `rgb(…)`. */
  readonly colour: string | undefined;
  readonly background: string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}

/** Of a longer line the rest is not shown. */
const MOST_CHARACTERS = 4_000;

/* eslint-disable no-control-regex -- control characters are what is looked for. */
const ESCAPE = '\u001b';
/** Operating-system commands, such as those that set titles or links. */
const OSC = /\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?/g;
/** Control sequences except the one that sets colours, which ends with `m`. */
const CSI = /\u001b\[[0-?]*[ -/]*[@-ln-~]/g;
const SGR = /\u001b\[[0-?]*[ -/]*m/g;
const REST_OF_ESCAPES = /\u001b(?!\[[0-?]*[ -/]*m)[ -/]*[0-~]?/g;
const CONTROLS = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]/g;
/* eslint-enable no-control-regex */
/** Characters that change the direction of text: they could make a line read as something else. */
const DIRECTIONS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const REPLACEMENT = '\ufffd';

/**
 * The line as a terminal would show it at last: of what was overwritten after carriage returns (line breaks of the event's data) only the
 * last part, and of escape sequences only colours. What could act on a terminal, or deceive a reader, is taken out.
 */
function shownLine(data: string): string {
  const parts = data.split(/[\r\n]/);
  const last = parts.findLast((part) => part !== '') ?? '';
  const cut = last.length > MOST_CHARACTERS ? `${last.slice(0, MOST_CHARACTERS)}…` : last;
  return neutral(cut);
}

function neutral(text: string): string {
  const coloured = text.includes(ESCAPE) ? text.replace(OSC, '').replace(CSI, '').replace(REST_OF_ESCAPES, '') : text;
  return coloured.replace(CONTROLS, REPLACEMENT).replace(DIRECTIONS, REPLACEMENT);
}

/** A line ready to be shown (`coloured`), and its text alone, which is searched and downloaded. */
export function readLine(data: string): { readonly coloured: string; readonly text: string } {
  const coloured = shownLine(data);
  return { coloured, text: coloured.includes(ESCAPE) ? coloured.replace(SGR, '') : coloured };
}

/** The parts of a line that `readLine` answered, each in its look. */
export function segmentsOf(coloured: string): LogSegment[] {
  if (!coloured.includes(ESCAPE)) return coloured === '' ? [] : [plain(coloured)];
  return Anser.ansiToJson(coloured, { use_classes: true, remove_empty: true }).map(segmentOf);
}

function plain(text: string): LogSegment {
  return { text, colour: undefined, background: undefined, bold: false, dim: false, italic: false, underline: false };
}

function segmentOf(entry: AnserJsonEntry): LogSegment {
  const has = (decoration: AnserJsonEntry['decorations'][number]): boolean => entry.decorations.includes(decoration);
  const [colour, background] = [colourOf(entry.fg, entry.fg_truecolor), colourOf(entry.bg, entry.bg_truecolor)];
  const turned = has('reverse');
  return {
    text: entry.content,
    colour: turned ? background : colour,
    background: turned ? (colour ?? 'text') : background,
    bold: has('bold'),
    dim: has('dim'),
    italic: has('italic'),
    underline: has('underline'),
  };
}

/** Anser names `ansi-red`, `ansi-bright-red`, `ansi-palette-123` and `ansi-truecolor`. */
function colourOf(name: string | null, trueColour: string | null): string | undefined {
  if (name === null || name === '') return undefined;
  if (name === 'ansi-truecolor') return trueColour === null ? undefined : `rgb(${trueColour})`;
  const palette = /^ansi-palette-(\d+)$/.exec(name);
  if (palette !== null) return paletteColour(Number(palette[1]));
  return name.replace(/^ansi-(?:bright-)?/, '');
}

/** Colours 16–255 of a terminal: a cube of six steps each of red, green and blue, then greys. */
function paletteColour(index: number): string {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey}, ${grey}, ${grey})`;
  }
  const cube = index - 16;
  const step = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  return `rgb(${step(Math.floor(cube / 36))}, ${step(Math.floor(cube / 6) % 6)}, ${step(cube % 6)})`;
}
