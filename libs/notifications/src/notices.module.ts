import { Module } from '@nestjs/common';
import { NoticesService } from './notices.service.ts';

/** What people find in the product, for processes that show it. Needs a `Clock` from a global module of the app. */
@Module({ providers: [NoticesService], exports: [NoticesService] })
export class NoticesModule {}
