import { Module } from '@nestjs/common';
import { PodEventsService } from './pod-events.service.ts';

/** Needs nothing of its process but the database. */
@Module({ providers: [PodEventsService], exports: [PodEventsService] })
export class PodHistoryModule {}
