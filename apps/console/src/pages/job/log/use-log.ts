import { useEffect, useState, useSyncExternalStore } from 'react';
import { readStream, type StreamState } from '../../../api/event-stream.ts';
import type { Problem } from '../../../api/problem.ts';
import { LogBuffer } from './log-buffer.ts';

export interface WantedLog {
  readonly jobId: string;
  readonly attempt: number;
  readonly replica: number;
  /** Why it is read: people of the park say it, for the audit trail. */
  readonly reason: string | undefined;
}

export interface FollowedLog {
  readonly buffer: LogBuffer;
  /** Changes with each batch of lines. */
  readonly version: number;
  readonly state: StreamState;
  readonly problem: Problem | undefined;
}

/** Reads a log from its beginning and follows it. To read another one, give the component another `key`. */
export function useLog({ jobId, attempt, replica, reason }: WantedLog): FollowedLog {
  const [buffer] = useState(() => new LogBuffer());
  const [state, setState] = useState<StreamState>('connecting');
  const [problem, setProblem] = useState<Problem>();
  const version = useSyncExternalStore(buffer.subscribe, buffer.version);
  useEffect(() => {
    const stop = new AbortController();
    const path = `/api/v1/jobs/${jobId}/logs/stream?attempt=${attempt}&replica=${replica}`;
    void readStream(
      path,
      { onEvent: (event) => buffer.append(event), onState: setState, onProblem: setProblem },
      { signal: stop.signal, ...(reason !== undefined && { headers: { 'X-Reason': encodeURIComponent(reason) } }) },
    );
    return () => stop.abort();
  }, [buffer, jobId, attempt, replica, reason]);
  return { buffer, version, state, problem };
}
