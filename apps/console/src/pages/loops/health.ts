import type { components } from '#api-client';

export type Loop = components['schemas']['Loops']['items'][number];

/** `leaderless`: no process runs it. `late`: its next turn is overdue. `failing`: its last turn failed. */
export type Health = 'well' | 'failing' | 'late' | 'leaderless';

/** So late a turn may be without being overdue: a process may be taking over. */
const GRACE_MS = 60_000;

/** Whether a loop works, at `now` in milliseconds since 1970. */
export function healthOf({ leader, nextTurnAt, failures }: Loop, now: number): Health {
  if (leader === null) return 'leaderless';
  if (nextTurnAt !== null && Date.parse(nextTurnAt) + GRACE_MS < now) return 'late';
  return failures > 0 ? 'failing' : 'well';
}
