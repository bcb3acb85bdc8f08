import { isUtf8 } from 'node:buffer';
import { UsageError } from './failures.ts';

const LINE_FEED = 10;

/**
 * The text of `bytes`; `name` is where they come from. Another encoding is refused: read as UTF-8 it would contain U+FFFD, and a job would
 * run with these characters.
 * @throws UsageError that names the line and how to convert the file
 */
export function utf8Text(name: string, bytes: Buffer): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (!isUtf16 && isUtf8(bytes)) return new TextDecoder().decode(bytes);
  const from = isUtf16 ? 'UTF-16' : 'GBK';
  const source = name === STANDARD_INPUT ? '' : ` ${name}`;
  throw new UsageError(
    `${name} is not UTF-8${isUtf16 ? '' : ` (line ${lineOfFault(bytes)})`}.`,
    `Save it as UTF-8, or convert it: iconv -f ${from} -t UTF-8${source}`,
  );
}

/** The name of standard input in messages. */
export const STANDARD_INPUT = 'The standard input';

/** @throws UsageError if an argument is in another encoding: Node.js puts U+FFFD in the place of bytes that are not UTF-8 */
export function requireUtf8(args: readonly string[]): void {
  const unreadable = args.find((arg) => arg.includes('\ufffd'));
  if (unreadable === undefined) return;
  throw new UsageError(`The word "${unreadable}" is not UTF-8.`, 'Set the terminal and its locale to UTF-8, or write the job into a file.');
}

function lineOfFault(bytes: Buffer): number {
  let line = 1;
  for (let from = 0; from < bytes.length; line += 1) {
    const feed = bytes.indexOf(LINE_FEED, from);
    const end = feed < 0 ? bytes.length : feed + 1;
    if (!isUtf8(bytes.subarray(from, end))) return line;
    from = end;
  }
  return line;
}
