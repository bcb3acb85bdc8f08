import { Module } from '@nestjs/common';
import { EventStreamsModule } from '../http/event-streams.module.ts';
import { ChangeFeed } from './change-feed.ts';
import { ChangesController } from './changes.controller.ts';

@Module({ imports: [EventStreamsModule], controllers: [ChangesController], providers: [ChangeFeed] })
export class ChangesApiModule {}
