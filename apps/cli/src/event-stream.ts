import { setTimeout as sleep } from 'node:timers/promises';
import type { EventSourceMessage } from 'eventsource-parser';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { ApiProblem, type Problem } from './failures.ts';

const PAUSE_MILLISECONDS = 500;
const ATTEMPTS = 10;

/**
 * The events of a stream until it ends. When a connection breaks or its server stops, the next one continues after the last event
 * (`Last-Event-ID`). The stream fails where it cannot be opened at first, and after 10 failures without an event between them.
 */
export async function* follow(
  open: (lastId: string | undefined) => Promise<ReadableStream<Uint8Array>>,
): AsyncGenerator<EventSourceMessage> {
  let lastId: string | undefined;
  let opened = false;
  for (let failures = 0; ;) {
    try {
      const body = await open(lastId);
      opened = true;
      for await (const sent of body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())) {
        if (sent.event === 'problem') throw new ApiProblem(JSON.parse(sent.data) as Problem);
        failures = 0;
        if (sent.id !== undefined && sent.id !== '') lastId = sent.id;
        yield sent;
      }
      return;
    } catch (error) {
      // The server would refuse the same request again.
      if (!opened || (error instanceof ApiProblem && error.problem.status < 500)) throw error;
      failures += 1;
      if (failures >= ATTEMPTS) throw error;
      await sleep(PAUSE_MILLISECONDS * failures);
    }
  }
}
