import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { $api, api } from '../../api/client.ts';
import { isProblem } from '../../api/problem.ts';
import { type Application, changedFields, type DraftFields, fieldsOf } from './draft-fields.ts';

const PAUSE_MS = 700;
const CHANGED_MEANWHILE = 412;

export type Saving = 'saved' | 'saving' | 'unsaved' | 'failed' | 'conflict';

/** A draft that is saved as one types. */
export interface Draft {
  readonly fields: DraftFields;
  readonly saving: Saving;
  readonly error: unknown;
  /** What is stored now, where somebody else changed the draft meanwhile. */
  readonly theirs: Application | undefined;
  readonly set: (change: Partial<DraftFields>) => void;
  /** Saves what is not saved. @returns what is stored; undefined where it could not be saved */
  readonly flush: () => Promise<Application | undefined>;
  /** Ends a conflict: with what was typed here, or with what is stored. */
  readonly resolve: (whose: 'mine' | 'theirs') => void;
}

export function useDraft(application: Application): Draft {
  const client = useQueryClient();
  const [fields, setFields] = useState(() => fieldsOf(application));
  const [saving, setSaving] = useState<Saving>('saved');
  const [error, setError] = useState<unknown>();
  const [theirs, setTheirs] = useState<Application>();
  const stored = useRef(application);
  const typed = useRef(fields);
  const running = useRef<Promise<Application | undefined>>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const keep = useCallback(
    (saved: Application): void => {
      stored.current = saved;
      const { queryKey } = $api.queryOptions('get', '/api/v1/applications/{id}', { params: { path: { id: saved.id } } });
      client.setQueryData(queryKey, saved);
    },
    [client],
  );

  const save = useCallback(async (): Promise<Application | undefined> => {
    for (;;) {
      const { id, version } = stored.current;
      const change = changedFields(fieldsOf(stored.current), typed.current);
      if (Object.keys(change).length === 0) {
        setSaving('saved');
        setError(undefined);
        return stored.current;
      }
      setSaving('saving');
      const path = { id };
      try {
        const answer = await api.PATCH('/api/v1/applications/{id}', {
          params: { path, header: { 'If-Match': `"${version}"` } },
          body: change,
        });
        if (answer.data === undefined) {
          if (isProblem(answer.error) && answer.error.status === CHANGED_MEANWHILE) {
            const read = await api.GET('/api/v1/applications/{id}', { params: { path } });
            if (read.data !== undefined) {
              setTheirs(read.data);
              setSaving('conflict');
              return undefined;
            }
          }
          setError(answer.error);
          setSaving('failed');
          return undefined;
        }
        keep(answer.data);
      } catch (failure) {
        setError(failure);
        setSaving('failed');
        return undefined;
      }
    }
  }, [keep]);

  const flush = useCallback(async (): Promise<Application | undefined> => {
    clearTimeout(timer.current);
    running.current ??= save().finally(() => {
      running.current = undefined;
    });
    return await running.current;
  }, [save]);

  const set = useCallback(
    (change: Partial<DraftFields>): void => {
      typed.current = { ...typed.current, ...change };
      setFields(typed.current);
      setSaving((before) => (before === 'conflict' ? before : 'unsaved'));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), PAUSE_MS);
    },
    [flush],
  );

  const resolve = (whose: 'mine' | 'theirs'): void => {
    if (theirs === undefined) return;
    keep(theirs);
    setTheirs(undefined);
    if (whose === 'theirs') {
      typed.current = fieldsOf(theirs);
      setFields(typed.current);
    }
    void flush();
  };

  // Who leaves the page within the pause has typed something that is not saved yet.
  useEffect(() => () => void flush(), [flush]);
  return { fields, saving, error, theirs, set, flush, resolve };
}
