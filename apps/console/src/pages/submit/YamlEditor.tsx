import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { basicSetup, EditorView } from 'codemirror';
import { useEffect, useRef } from 'react';
import { jobEditor } from './job-editor.ts';
import type { TextFault } from './job-text.ts';
import styles from './YamlEditor.module.css';

interface YamlEditorProps {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly faults: readonly TextFault[];
  readonly classCodes: readonly string[];
}

/** The job file as text. Faults are marked at their lines. */
export function YamlEditor({ label, text, onChange, faults, classCodes }: YamlEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(undefined);
  const latest = useRef({ text, onChange, classCodes });
  useEffect(() => {
    latest.current = { text, onChange, classCodes };
  });
  useEffect(() => {
    if (box.current === null) return undefined;
    const changes = EditorView.updateListener.of(({ docChanged, state }) => {
      const now = state.doc.toString();
      if (docChanged && now !== latest.current.text) latest.current.onChange(now);
    });
    const extensions = [basicSetup, jobEditor(label, () => latest.current.classCodes), changes];
    const view = new EditorView({ parent: box.current, state: EditorState.create({ doc: latest.current.text, extensions }) });
    editor.current = view;
    return () => view.destroy();
  }, [label]);
  useEffect(() => {
    const view = editor.current;
    if (view === undefined || view.state.doc.toString() === text) return;
    view.dispatch({ changes: changeBetween(view.state.doc.toString(), text) });
  }, [text]);
  useEffect(() => {
    const view = editor.current;
    if (view === undefined) return;
    const end = view.state.doc.length;
    const diagnostics = faults.map(({ from, until, message }): Diagnostic => ({
      from: Math.min(from, end),
      to: Math.min(until, end),
      severity: 'error',
      message,
    }));
    view.dispatch(setDiagnostics(view.state, diagnostics));
  }, [faults, text]);
  return <div ref={box} className={styles['editor']} />;
}

/** The one replacement that makes `after` of `before`, so that the cursor stays where nothing changed. */
function changeBetween(before: string, after: string): { from: number; to: number; insert: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}
