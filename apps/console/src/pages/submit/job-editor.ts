import { type Completion, type CompletionContext, type CompletionResult, autocompletion } from '@codemirror/autocomplete';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { FIELDS, PRIORITIES, RESUMES } from './job-file.ts';

const LOOK = EditorView.theme({
  '&': { fontSize: '13px', backgroundColor: 'var(--surface)', color: 'var(--text)', height: '100%' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--monospace)', lineHeight: '20px', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--text-soft)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--line-soft)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-soft)',
  },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--text)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent-soft)', color: 'var(--text)' },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--terminal-blue)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--terminal-green)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--terminal-magenta)' },
  { tag: tags.comment, color: 'var(--text-soft)' },
]);

/** What the editor of a job file has beside the basics: YAML, its look, marks of faults, and completion. */
export function jobEditor(label: string, classCodes: () => readonly string[]): Extension {
  return [
    yaml(),
    LOOK,
    syntaxHighlighting(COLOURS),
    lintGutter(),
    autocompletion({ override: [(context) => complete(context, classCodes())] }),
    EditorView.contentAttributes.of({ 'aria-label': label }),
  ];
}

/** Names of fields by the part in which the cursor is, and values where a field has few. */
function complete(context: CompletionContext, classCodes: readonly string[]): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const value = /^\s*(\w+):\s+(\S*)$/.exec(before);
  if (value !== null) {
    const [, field = '', typed = ''] = value;
    const values = valuesOf(field, classCodes);
    return values.length === 0 ? null : { from: context.pos - typed.length, options: values.map((label) => ({ label, type: 'enum' })) };
  }
  const name = /^(\s*)(\w*)$/.exec(before);
  if (name === null) return null;
  const [, indent = '', typed = ''] = name;
  if (typed === '' && !context.explicit) return null;
  const part = partAround(context, line.number, indent.length);
  const options = fieldsOf(part).map((field): Completion => ({
    label: field,
    type: 'property',
    apply: `${field}: `,
  }));
  return { from: context.pos - typed.length, options, validFor: /^\w*$/ };
}

function fieldsOf(part: string): readonly string[] {
  return part in FIELDS ? FIELDS[part as keyof typeof FIELDS] : [];
}

function valuesOf(field: string, classCodes: readonly string[]): readonly string[] {
  const known: Readonly<Record<string, readonly string[]>> = {
    gpuClass: classCodes,
    priority: PRIORITIES,
    resume: RESUMES,
    selfPay: ['true', 'false'],
    apiVersion: ['speedspace.io/v1'],
    kind: ['Job'],
  };
  return known[field] ?? [];
}

/** The key of the nearest line above that is indented less. */
function partAround({ state }: CompletionContext, lineNumber: number, indent: number): string {
  if (indent === 0) return '';
  for (let number = lineNumber - 1; number > 0; number -= 1) {
    const [, spaces = '', key] = /^(\s*)(\w+):/.exec(state.doc.line(number).text) ?? [];
    if (key !== undefined && spaces.length < indent) return key;
  }
  return '';
}
