import { Module } from '@nestjs/common';
import { ProgrammesModule } from '#programmes';
import { MonthClosingModule } from '#statements';
import { TenancyModule } from '#tenancy';
import { SearchController } from './search.controller.ts';
import { SearchedKinds } from './searched-kinds.ts';

@Module({ imports: [MonthClosingModule, ProgrammesModule, TenancyModule], controllers: [SearchController], providers: [SearchedKinds] })
export class SearchApiModule {}
