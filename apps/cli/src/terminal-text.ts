import { stripVTControlCharacters } from 'node:util';

/** Control characters except tab and line feed, and marks that change the direction of writing: text with them may look like another text. */
const CONTROLS = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text of other people, safe for a terminal: without colours and other escape sequences, which could also move the cursor, set the title
 * or type for the person at the terminal. Other control characters are replaced by their symbols, such as ␀.
 */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(CONTROLS, pictureOf);
}

/** What a terminal finally shows of a line of a log: the text after its last carriage return, such as the last state of a progress bar. */
export function lastState(line: string): string {
  return harmless(line.split('\r').findLast((state) => state !== '') ?? '');
}

function pictureOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x24_00 + code);
  return code === 0x7f ? '\u2421' : `\\u${code.toString(16).padStart(4, '0')}`;
}
