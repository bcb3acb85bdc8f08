import { type Document, isMap, isNode, isScalar, parseDocument } from 'yaml';
import { REQUIRED } from './job-file.ts';

export type Path = readonly string[];

/** A fault at a place of the text, from `from` to `until` in characters. */
export interface TextFault {
  readonly from: number;
  readonly until: number;
  readonly message: string;
}

/** A job file as text, and what was read of it. */
export interface JobText {
  readonly text: string;
  readonly document: Document;
  /** Undefined where the text is no YAML. */
  readonly value: unknown;
  /** What is wrong with it as YAML. */
  readonly faults: readonly TextFault[];
  /** JSON pointers of fields that are missing or empty. */
  readonly missing: readonly string[];
}

/** Reads text as a job file, whatever is wrong with it. */
export function readJobText(text: string): JobText {
  const document = parseDocument(text, { prettyErrors: false });
  const faults = document.errors.map(({ pos: [from, until], message }) => ({ from, until: Math.max(until, from + 1), message }));
  const value: unknown = faults.length > 0 ? undefined : document.toJS();
  const missing = REQUIRED.filter((path) => isBlank(valueAt(value, path))).map((path) => pointerOf(path));
  return { text, document, value, faults, missing };
}

/** Whether the form can change the text: it is YAML, and its parts are maps. */
export function isEditable({ value, document }: JobText): boolean {
  if (value === undefined) return false;
  const part = (name: string): boolean => {
    const node: unknown = document.get(name, true);
    return node === undefined || node === null || isMap(node) || (isScalar(node) && node.value === null);
  };
  return (document.contents === null || isMap(document.contents)) && part('metadata') && part('spec');
}

/** The text with another value at `path`, or with undefined without it. Comments and the order of other fields stay. */
export function withValue({ text }: JobText, path: Path, value: unknown): string {
  const document = parseDocument(text);
  if (value === undefined) {
    document.deleteIn(path);
    // What is left of `runAs` without its fields asks for nothing.
    const parent = path.slice(0, -1);
    const left: unknown = parent.length > 1 ? document.getIn(parent, true) : undefined;
    if (isMap(left) && left.items.length === 0) document.deleteIn(parent);
  } else {
    // A part that is written with nothing below it is null, and would take no field.
    const [part] = path;
    if (part !== undefined && path.length > 1 && !isMap(document.get(part, true))) document.set(part, document.createNode({}));
    document.setIn(path, document.createNode(value, { flow: Array.isArray(value) }));
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** What is at `path`; undefined where nothing is. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (part, key) => (typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[key] : undefined),
    value,
  );
}

/** The characters of the field at a JSON pointer: of its value, or of the nearest part around it that there is. */
export function placeOf({ document, text }: JobText, pointer: string): { readonly from: number; readonly until: number } {
  const path = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  for (let length = path.length; length > 0; length -= 1) {
    const place = rangeOf(document, path.slice(0, length), length < path.length);
    if (place !== undefined) return place;
  }
  return { from: 0, until: Math.max(0, text.indexOf('\n')) };
}

/** The value at `path`, or the key itself where the value is a whole part or empty. */
function rangeOf(document: Document, path: Path, keyOnly: boolean): { readonly from: number; readonly until: number } | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const name = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === name);
    if (pair === undefined) return undefined;
    const value = isScalar(pair.value) && !keyOnly && pair.value.value !== null ? pair.value : pair.key;
    return spanOf(value);
  }
  return spanOf(document.getIn(path, true));
}

function spanOf(node: unknown): { readonly from: number; readonly until: number } | undefined {
  if (!isNode(node) || node.range === null || node.range === undefined) return undefined;
  const [from, until] = node.range;
  return { from, until: Math.max(until, from + 1) };
}

function pointerOf(path: Path): string {
  return `/${path.join('/')}`;
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
