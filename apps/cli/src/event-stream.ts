import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProblem, type Problem } from './failures.ts';

export interface SentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

const PAUSE_MILLISECONDS = 500;
const ATTEMPTS = 10;

function parseBlock(block: string): SentEvent | undefined {
  const sent = { id: '', event: 'message' };
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === 'data') data.push(value);
    else if (field === 'id' || field === 'event') sent[field] = value;
  }
  return data.length === 0 ? undefined : { ...sent, data: data.join('\n') };
}

/** Server-sent events in the pieces of text as they arrive. */
export async function* eventsIn(pieces: AsyncIterable<string>): AsyncGenerator<SentEvent> {
  let rest = '';
  for await (const piece of pieces) {
    const blocks = (rest + piece).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const sent = parseBlock(block);
      if (sent !== undefined) yield sent;
    }
  }
}

/**
 * The events of a stream to its end. A connection that breaks is taken up where it broke (`Last-Event-ID`), as long as
 * something comes between two breaks.
 */
export async function* follow(open: (lastId: string | undefined) => Promise<ReadableStream<Uint8Array>>): AsyncGenerator<SentEvent> {
  let lastId: string | undefined;
  for (let failures = 0; ;) {
    const body = await open(lastId);
    try {
      for await (const sent of eventsIn(body.pipeThrough(new TextDecoderStream()))) {
        if (sent.event === 'problem') throw new ApiProblem(JSON.parse(sent.data) as Problem);
        failures = 0;
        if (sent.id !== '') lastId = sent.id;
        yield sent;
      }
      return;
    } catch (error) {
      // A refusal stays one, however often it is asked for.
      if (error instanceof ApiProblem && error.problem.status < 500) throw error;
      failures += 1;
      if (failures >= ATTEMPTS) throw error;
      await sleep(PAUSE_MILLISECONDS * failures);
    }
  }
}
