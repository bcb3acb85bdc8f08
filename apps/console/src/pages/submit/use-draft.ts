import { useEffect, useState } from 'react';
import { useMe } from '../../api/session.ts';

/** What was typed last by this person for this company, kept over reloads and sign-ins of this tab. */
export interface Draft {
  /** Undefined where nothing was typed. */
  readonly text: string | undefined;
  readonly keep: (text: string) => void;
  readonly forget: () => void;
}

export function useDraft(): Draft {
  const { id, companyId } = useMe();
  const key = `mss.draft.job.${id}.${companyId ?? ''}`;
  const [text, setText] = useState(() => read(key));
  useEffect(() => write(key, text), [key, text]);
  return { text, keep: setText, forget: () => setText(undefined) };
}

function read(key: string): string | undefined {
  try {
    return sessionStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, text: string | undefined): void {
  try {
    if (text === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // A browser without storage keeps the draft as long as the page.
  }
}
