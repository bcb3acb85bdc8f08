import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { useMe } from '../../api/session.ts';

const FORM = 'job';
/** A draft is saved when nothing was typed for so long. */
const PAUSE_MS = 800;

/** A text as the product has it. */
export interface KeptDraft {
  readonly text: string;
  readonly updatedAt: string;
}

/** What this person typed last for this company. The product keeps it, so that it is there on another computer too. */
export interface Draft {
  /** Undefined where nothing was typed. */
  readonly text: string | undefined;
  /** When the text that the page began with had been saved; undefined where it began empty. */
  readonly restoredFrom: string | undefined;
  readonly state: 'saved' | 'unsaved' | 'failed';
  readonly keep: (text: string) => void;
  /** Deletes the draft. It is settled when it is deleted, or could not be. */
  readonly forget: () => Promise<void>;
}

/** The draft that the page begins with; null: there is none. Nothing may be typed before it is read, because that would replace it. */
export function useKeptDraft(): UseQueryResult<KeptDraft | null> {
  const { id, companyId } = useMe();
  return useQuery({ queryKey: ['draft', FORM, id, companyId], queryFn: read, staleTime: Infinity, gcTime: 0 });
}

/** @param kept what the page began with */
export function useDraft(kept: KeptDraft | null): Draft {
  const [typed, setTyped] = useState<{ readonly text: string | undefined }>();
  const [failed, setFailed] = useState(false);
  const [saved, setSaved] = useState<string>();
  const text = typed === undefined ? kept?.text : typed.text;
  const unsaved = typed?.text !== undefined && typed.text !== saved;
  const writes = useRef(Promise.resolve());
  // One after the other, so that an earlier text never replaces a later one.
  const write = useCallback((next: string | undefined): Promise<void> => {
    writes.current = writes.current.then(async () => {
      try {
        await store(next);
        setSaved(next);
        setFailed(false);
      } catch {
        setFailed(true);
      }
    });
    return writes.current;
  }, []);
  const latest = useRef<string>(undefined);
  useEffect(() => {
    latest.current = unsaved ? typed.text : undefined;
    if (!unsaved) return undefined;
    const timer = setTimeout(() => void write(typed.text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, unsaved, write]);
  useEffect(() => {
    const leave = (): void => {
      if (latest.current !== undefined) void write(latest.current);
      latest.current = undefined;
    };
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, [write]);
  const forget = useCallback(async (): Promise<void> => {
    latest.current = undefined;
    setTyped({ text: undefined });
    await write(undefined);
  }, [write]);
  return {
    text,
    restoredFrom: typed === undefined ? kept?.updatedAt : undefined,
    state: failed ? 'failed' : unsaved ? 'unsaved' : 'saved',
    keep: useCallback((next: string) => setTyped({ text: next }), []),
    forget,
  };
}

/** The kept draft; null: there is none. It is looked for in the list, because asking for one that is not there is an error. */
async function read({ signal }: { readonly signal: AbortSignal }): Promise<KeptDraft | null> {
  const { data: drafts, error } = await api.GET('/api/v1/me/drafts', { signal });
  if (drafts === undefined) throw error as unknown;
  if (!drafts.items.some(({ form }) => form === FORM)) return null;
  const { data: draft, error: refusal } = await api.GET('/api/v1/me/drafts/{form}', { params: { path: { form: FORM } }, signal });
  if (draft === undefined) throw refusal as unknown;
  return typeof draft.content['text'] === 'string' ? { text: draft.content['text'], updatedAt: draft.updatedAt } : null;
}

async function store(text: string | undefined): Promise<void> {
  const params = { path: { form: FORM } };
  const { error } =
    text === undefined
      ? await api.DELETE('/api/v1/me/drafts/{form}', { params })
      : await api.PUT('/api/v1/me/drafts/{form}', { params, body: { content: { text } }, keepalive: true });
  if (error !== undefined) throw error as unknown;
  await queryClient.invalidateQueries({ queryKey: ['draft', FORM], refetchType: 'none' });
}
