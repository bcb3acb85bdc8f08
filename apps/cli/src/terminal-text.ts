import { stripVTControlCharacters } from 'node:util';

/** Control characters but tab and line feed, and the marks that turn the direction of writing: they show other than they are. */
const CONTROLS = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text of others, as a terminal may be given it: without colours and other escape sequences, which could also move the cursor, set the
 * title or answer for the person who sits there; a control character that is left becomes a picture of itself.
 */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(CONTROLS, pictureOf);
}

/** A line of a log as a terminal shows it in the end: what follows its last carriage return, such as a progress bar's last state. */
export function lastState(line: string): string {
  return harmless(line.split('\r').findLast((state) => state !== '') ?? '');
}

function pictureOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x24_00 + code);
  return code === 0x7f ? '\u2421' : `\\u${code.toString(16).padStart(4, '0')}`;
}
