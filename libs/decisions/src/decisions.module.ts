import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { DecisionsService } from './decisions.service.ts';

/** Modules whose operations take two people import it and register their kinds. */
@Module({ imports: [AuditModule], providers: [DecisionsService], exports: [DecisionsService] })
export class DecisionsModule {}
