import { useEffect, useReducer, useState, useSyncExternalStore } from 'react';
import type { WantedLog } from './log-lines.ts';
import { LogReader } from './log-reader.ts';

/** Reads the end of a log and follows it; `version` changes with each batch of lines. To read another log, give the component another `key`. */
export function useLog(wanted: WantedLog): { readonly reader: LogReader; readonly version: number } {
  const [, renew] = useReducer((count: number) => count + 1, 0);
  const [reader] = useState(() => new LogReader(wanted, renew));
  const { buffer } = reader;
  const version = useSyncExternalStore(buffer.subscribe, buffer.version);
  useEffect(() => {
    reader.showEnd();
    return () => reader.stop();
  }, [reader]);
  return { reader, version };
}
