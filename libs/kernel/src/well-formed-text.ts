/** No input of ours is nested so deep; what is deeper makes functions that call themselves run out of stack. */
const DEEPEST = 64;
/** Texts that neither PostgreSQL nor a process's arguments can hold: a NUL, or half of a surrogate pair. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** Why no database and no process can hold `text`; undefined for text that they can. */
export function faultOfText(text: string): string | undefined {
  const found = UNSTORABLE.exec(text)?.[0];
  if (found === undefined) return undefined;
  return found === '\0' ? 'It contains a NUL character (U+0000).' : 'It contains half of a surrogate pair, which is no character.';
}

/** `text` of somebody who may write anything, as it can be stored: without what cannot be, and cut between characters beyond `most`. */
export function shortened(text: string, most: number): string {
  const plain = storable(text).trim();
  return plain.length > most ? `${storable(plain.slice(0, most))}…` : plain;
}

function storable(text: string): string {
  return text.replaceAll(new RegExp(UNSTORABLE, 'gu'), '');
}

/** A text somewhere inside a value, or a place beyond the depth that is looked at. */
export interface TextFault {
  /** Keys and indices from the value to the text; the key itself, where the key is at fault. */
  readonly path: readonly (string | number)[];
  readonly detail: string;
}

/** A place inside a value, linked to the place it is in: a path is only written out where there is a fault. */
interface Place {
  readonly within: Place | undefined;
  readonly key: string | number | undefined;
  readonly depth: number;
  readonly value: unknown;
}

/**
 * The texts inside `value`, keys included, that cannot be stored, in the order of the value: at most `most` of them. A
 * value nested deeper than 64 levels is at fault, too. `value` is anything
 * that JSON, YAML or a query string can hold. Bytes and other objects with a prototype of their own are not searched.
 */
export function faultyTexts(value: unknown, most = 100): TextFault[] {
  const faults: TextFault[] = [];
  // A stack of our own: JSON may be nested deeper than the call stack.
  const rest: Place[] = [{ within: undefined, key: undefined, depth: 0, value }];
  for (let place = rest.pop(); place !== undefined && faults.length < most; place = rest.pop()) {
    const detail = faultOf(place);
    if (detail !== undefined) faults.push({ path: pathTo(place), detail });
    else for (const inner of placesIn(place).reverse()) rest.push(inner);
  }
  return faults;
}

function faultOf({ key, depth, value }: Place): string | undefined {
  if (depth > DEEPEST) return `It is nested deeper than ${DEEPEST} levels.`;
  return (typeof key === 'string' ? faultOfText(key) : undefined) ?? (typeof value === 'string' ? faultOfText(value) : undefined);
}

function placesIn(within: Place): Place[] {
  const { value } = within;
  const depth = within.depth + 1;
  if (Array.isArray(value)) return (value as unknown[]).map((inner, key) => ({ within, key, depth, value: inner }));
  if (!isPlain(value)) return [];
  return Object.entries(value).map(([key, inner]) => ({ within, key, depth, value: inner }));
}

function pathTo(place: Place): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place | undefined = place; at?.key !== undefined; at = at.within) path.push(at.key);
  return path.reverse();
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
