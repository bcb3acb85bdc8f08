import { Module } from '@nestjs/common';
import { ApplicationsModule } from '#applications';
import { BulkDecisionsController } from './bulk-decisions.controller.ts';
import { ApplicationsController } from './applications.controller.ts';
import { AttachmentsController } from './attachments.controller.ts';

@Module({ imports: [ApplicationsModule], controllers: [BulkDecisionsController, ApplicationsController, AttachmentsController] })
export class ApplicationsApiModule {}
