import { setTimeout as sleep } from 'node:timers/promises';
import type { EventSourceMessage } from 'eventsource-parser';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { ApiProblem, type Problem } from './failures.ts';

const PAUSE_MILLISECONDS = 500;
const ATTEMPTS = 10;

/**
 * The events of a stream until it ends. When a connection breaks, the next one continues after the last event (`Last-Event-ID`). The
 * stream fails after 10 failures without an event between them.
 */
export async function* follow(
  open: (lastId: string | undefined) => Promise<ReadableStream<Uint8Array>>,
): AsyncGenerator<EventSourceMessage> {
  let lastId: string | undefined;
  for (let failures = 0; ;) {
    const body = await open(lastId);
    try {
      for await (const sent of body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())) {
        if (sent.event === 'problem') throw new ApiProblem(JSON.parse(sent.data) as Problem);
        failures = 0;
        if (sent.id !== undefined && sent.id !== '') lastId = sent.id;
        yield sent;
      }
      return;
    } catch (error) {
      // The server would refuse the same request again.
      if (error instanceof ApiProblem && error.problem.status < 500) throw error;
      failures += 1;
      if (failures >= ATTEMPTS) throw error;
      await sleep(PAUSE_MILLISECONDS * failures);
    }
  }
}
