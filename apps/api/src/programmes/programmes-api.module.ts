import { Module } from '@nestjs/common';
import { DecisionsModule } from '#decisions';
import { ProgrammesModule, ProgrammeThresholdsService } from '#programmes';
import { ProgrammesController } from './programmes.controller.ts';

@Module({ imports: [DecisionsModule, ProgrammesModule], providers: [ProgrammeThresholdsService], controllers: [ProgrammesController] })
export class ProgrammesApiModule {}
