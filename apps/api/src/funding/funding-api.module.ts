import { Module } from '@nestjs/common';
import { FundingModule } from '#funding';
import { SubsidyModule } from '#subsidy';
import { TenancyModule } from '#tenancy';
import { WalletsController } from './wallets.controller.ts';

@Module({ imports: [FundingModule, SubsidyModule, TenancyModule], controllers: [WalletsController] })
export class FundingApiModule {}
