import { Module } from '@nestjs/common';
import { EventStreams } from './event-stream.ts';

/** The open streams of this process: one count of them for all routes. */
@Module({ providers: [EventStreams], exports: [EventStreams] })
export class EventStreamsModule {}
