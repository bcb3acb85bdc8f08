const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 900_000;
const FIRST_CHANNEL_PAUSE_MS = 5_000;
const LONGEST_CHANNEL_PAUSE_MS = 300_000;

/** Milliseconds until a message is tried again that failed for the `attempts`th time: it doubles from 30 s to 15 min. */
export function messagePauseMs(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 20));
}

/** Milliseconds until a channel is tried again that was unavailable for the `failures`th time in a row: it doubles from 5 s to 5 min. */
export function channelPauseMs(failures: number): number {
  return Math.min(LONGEST_CHANNEL_PAUSE_MS, FIRST_CHANNEL_PAUSE_MS * 2 ** Math.min(failures - 1, 20));
}
