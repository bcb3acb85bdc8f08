import { Controller, Get, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, CurrentStreamAccess, type StreamAccess } from '../http/access.ts';
import { EventStreams, LastEventId, StreamsEvents } from '../http/event-stream.ts';
import { ChangeFeed } from './change-feed.ts';
import { CHANGE_TOPICS } from './change-topics.ts';

const EVENTS = `Events of type
- \`opened\`: \`{"resumed": boolean, "topics": string[]}\`. Not resumed: what is shown may be out of date, read it again. The topics are those of what you may read.
- \`changes\`: \`{"changes": [{"topic": string, "id": string | null, "company": string | null}]}\`: objects that changed, each once. Without \`id\`, several of the company changed.
- \`reset\`: there were too many changes, read again what is shown.
- \`problem\`: the last event of a stream that ends, with the \`code\` of the reason.

The topics are ${CHANGE_TOPICS.map((topic) => `\`${topic}\``).join(', ')}.`;

/** What changed, for those who show it. */
@ApiTags('Changes')
@Controller('changes')
export class ChangesController {
  constructor(
    private readonly feed: ChangeFeed,
    private readonly streams: EventStreams,
  ) {}

  @ApiOperation({
    summary: 'Follow what changes',
    description:
      'Server-sent events about everything that you may read: which objects changed, not what of them. With `Last-Event-ID` the changes since then come first, each once, for up to 50 minutes. The stream ends with a `problem` when the session ends or your role changes.',
  })
  @Get()
  @Allow('self.read')
  @StreamsEvents(EVENTS)
  follow(@CurrentStreamAccess() access: StreamAccess, @LastEventId() last?: string): StreamableFile {
    return this.streams.open(access, (signal) => this.feed.follow(access.principal, last, signal));
  }
}
