import { useSyncExternalStore } from 'react';
import { authorizedFetch } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';
import { saveFile } from './save-file.ts';

/** A file that is being downloaded, or whose download failed. */
export interface Download {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly error?: unknown;
}

let downloads: readonly Download[] = [];
let next = 1;
const running = new Map<number, AbortController>();
const listeners = new Set<() => void>();

function change(id: number, part: Partial<Download> | undefined): void {
  downloads =
    part === undefined ? downloads.filter((one) => one.id !== id) : downloads.map((one) => (one.id === id ? { ...one, ...part } : one));
  listeners.forEach((listener) => listener());
}

export function useDownloads(): readonly Download[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => downloads,
  );
}

/**
 * Downloads what the API answers at `path` into a file called `name`, while the person goes on; the top bar shows how far it is. Only a
 * whole answer becomes a file.
 */
export async function download(path: string, name: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const id = next++;
  const stopping = new AbortController();
  running.set(id, stopping);
  downloads = [...downloads, { id, name, bytes: 0 }];
  listeners.forEach((listener) => listener());
  try {
    const answer = await authorizedFetch(new Request(new URL(path, location.origin), { headers, signal: stopping.signal }));
    if (!answer.ok || answer.body === null) throw await problemOf(answer);
    const parts: BlobPart[] = [];
    let bytes = 0;
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      bytes += value.byteLength;
      change(id, { bytes });
    }
    saveFile(name, new Blob(parts, { type: answer.headers.get('content-type') ?? 'application/octet-stream' }));
    change(id, undefined);
  } catch (error) {
    change(id, stopping.signal.aborted ? undefined : { error });
  } finally {
    running.delete(id);
  }
}

/** Ends a download, or forgets one that failed. */
export function dismissDownload(id: number): void {
  running.get(id)?.abort();
  change(id, undefined);
}

async function problemOf(answer: Response): Promise<unknown> {
  const body: unknown = await answer.json().catch(() => undefined);
  return isProblem(body) ? body : new Error(`${answer.status} ${answer.statusText}`);
}
