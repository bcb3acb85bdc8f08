import { Module } from '@nestjs/common';
import { KeptLogsService } from './kept-logs.service.ts';
import { PodEventsService } from './pod-events.service.ts';

/** Needs the global `StorageModule`. */
@Module({ providers: [PodEventsService, KeptLogsService], exports: [PodEventsService, KeptLogsService] })
export class PodHistoryModule {}
