import { Module } from '@nestjs/common';
import { ProgrammesModule } from '#programmes';
import { TenancyModule } from '#tenancy';
import { SearchController } from './search.controller.ts';
import { SearchedKinds } from './searched-kinds.ts';

@Module({ imports: [TenancyModule, ProgrammesModule], controllers: [SearchController], providers: [SearchedKinds] })
export class SearchApiModule {}
