import { Module } from '@nestjs/common';
import { ApplicationsModule } from '#applications';
import { ApplicationsController } from './applications.controller.ts';
import { AttachmentsController } from './attachments.controller.ts';

@Module({ imports: [ApplicationsModule], controllers: [ApplicationsController, AttachmentsController] })
export class ApplicationsApiModule {}
