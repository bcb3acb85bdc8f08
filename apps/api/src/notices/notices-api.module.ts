import { Module } from '@nestjs/common';
import { NoticesModule } from '#notifications';
import { NoticesController } from './notices.controller.ts';

@Module({ imports: [NoticesModule], controllers: [NoticesController] })
export class NoticesApiModule {}
