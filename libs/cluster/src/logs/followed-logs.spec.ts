import { eventually } from '#kernel/testing';
import { WrittenLog } from '../testing/written-log.ts';
import { FollowedLogs } from './followed-logs.ts';
import { type LogLine, type LogPlace, startOf } from './log-lines.ts';

const instantAfter = (ms: number): string => startOf(new Date(Date.parse('2026-11-26T06:00:00Z') + ms)).at;
const texts = (lines: readonly LogLine[]): string[] => lines.map(({ text }) => text);
const numbered = (from: number, until: number): string[] => Array.from({ length: until - from }, (_, index) => `line ${from + index}`);

describe('logs that are followed', () => {
  let written: WrittenLog;
  let logs: FollowedLogs;
  beforeEach(() => {
    written = new WrittenLog();
    logs = new FollowedLogs();
  });

  /** Writes lines, three of each instant. */
  const write = (from: number, until: number): void => {
    for (let nth = from; nth < until; nth += 1) written.write(instantAfter(Math.floor(nth / 3) * 700), `line ${nth}`);
  };

  /** A reader that takes lines as they come. */
  const read = (after?: LogPlace): { lines: LogLine[]; ended: Promise<void>; stop: AbortController } => {
    const lines: LogLine[] = [];
    const stop = new AbortController();
    const ended = (async () => {
      for await (const line of logs.follow('pod-1', written.log, after, stop.signal)) lines.push(line);
    })();
    return { lines, ended, stop };
  };
  const until = (lines: readonly LogLine[], count: number): Promise<unknown> =>
    eventually(
      `${count} lines`,
      () => lines.length,
      (seen) => seen >= count,
    );

  it('have one connection for any number of readers, each from its own place, with every line once', async () => {
    write(0, 10);
    const readers = [read()];
    await until(readers[0]!.lines, 10);
    readers.push(read(), read(readers[0]!.lines[4]), read(readers[0]!.lines[9]));
    write(10, 20);
    await until(readers[0]!.lines, 20);
    const late = Array.from({ length: 20 }, () => read(readers[0]!.lines[14]));
    for (const { lines } of late) await until(lines, 5);
    write(20, 500);
    for (const { lines } of late) await until(lines, 485);
    written.end();
    await Promise.all([...readers, ...late].map(({ ended }) => ended));
    expect(readers.map(({ lines }) => texts(lines))).toEqual([0, 0, 5, 10].map((from) => numbered(from, 500)));
    for (const { lines } of late) expect(texts(lines)).toEqual(numbered(15, 500));
    expect(written.followed).toBe(1);
  });

  it('let a slow reader read by itself what the connection does not keep for it', async () => {
    write(0, 3);
    const stop = new AbortController();
    const slow = logs.follow('pod-1', written.log, undefined, stop.signal);
    const seen: string[] = [];
    const take = async (count: number): Promise<void> => {
      for (let nth = 0; nth < count; nth += 1) seen.push(((await slow.next()).value as LogLine).text);
    };
    const fast = read();
    await take(3);
    const waiting = take(1);
    await until(fast.lines, 3);
    write(3, 4);
    await waiting;
    write(4, 5_000);
    await until(fast.lines, 5_000);
    await take(4_996);
    expect(seen).toEqual(numbered(0, 5_000));
    const last = slow.next();
    written.end();
    expect(await last).toEqual({ done: true, value: undefined });
    await fast.ended;
    expect(texts(fast.lines)).toEqual(numbered(0, 5_000));
    expect(written.followed).toBe(1);
  });

  it('open no connection after another for a slow reader that is the only one', async () => {
    write(0, 3);
    const seen: string[] = [];
    for await (const { text } of logs.follow('pod-1', written.log, undefined, new AbortController().signal)) {
      seen.push(text);
      if (seen.length === 3) setImmediate(write, 3, 3_000);
      if (seen.length === 3_000) written.end();
      if (seen.length > 3) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seen).toEqual(numbered(0, 3_000));
    expect(written.followed).toBe(2);
  });

  it('close the connection with the last reader, and open another one for the next', async () => {
    write(0, 3);
    const [one, other] = [read(), read()];
    await until(one.lines, 3);
    await until(other.lines, 3);
    one.stop.abort();
    await one.ended;
    write(3, 6);
    await until(other.lines, 6);
    other.stop.abort();
    await other.ended;
    write(6, 9);
    const next = read(other.lines[5]);
    await until(next.lines, 3);
    written.end();
    await next.ended;
    expect([texts(one.lines), texts(other.lines), texts(next.lines)]).toEqual([numbered(0, 3), numbered(0, 6), numbered(6, 9)]);
    expect(written.followed).toBe(2);
  });

  it('close the connection of a reader that stops and asks for no further line', async () => {
    let isClosed = false;
    const stop = new AbortController();
    const reader = logs.follow(
      'pod-1',
      async function* ({ follow, signal }) {
        if (follow !== true) return;
        const closed = new Promise((resolve) => signal?.addEventListener('abort', resolve));
        yield { at: instantAfter(0), nth: 1, text: 'line 0' };
        await closed;
        isClosed = true;
      },
      undefined,
      stop.signal,
    );
    expect((await reader.next()).value).toMatchObject({ text: 'line 0' });
    stop.abort();
    await eventually(
      'a closed connection',
      () => isClosed,
      (closed) => closed,
    );
  });

  it('hand on lines after the node’s clock was set back', async () => {
    const { lines, ended } = read();
    await eventually(
      'a connection',
      () => written.followed,
      (count) => count === 1,
    );
    written.write(instantAfter(9_000), 'line 0');
    await until(lines, 1);
    written.write(instantAfter(2_000), 'line 1');
    await until(lines, 2);
    written.end();
    await ended;
    expect(texts(lines)).toEqual(numbered(0, 2));
  });

  it('end for all readers with the fault of the connection', async () => {
    const failing = logs.follow(
      'pod-2',
      async function* ({ follow }) {
        await Promise.resolve();
        if (follow === true) throw new Error('the node is gone');
        yield { at: instantAfter(0), nth: 1, text: 'line 0' };
      },
      undefined,
      new AbortController().signal,
    );
    expect((await failing.next()).value).toMatchObject({ text: 'line 0' });
    await expect(failing.next()).rejects.toThrow('the node is gone');
  });
});
