import { Module } from '@nestjs/common';
import { TenancyModule } from '#tenancy';
import { DraftsController } from './drafts.controller.ts';

@Module({ imports: [TenancyModule], controllers: [DraftsController] })
export class DraftsApiModule {}
