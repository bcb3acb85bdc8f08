import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { CatalogService, type GpuClass } from '#catalog';
import { Transactions, type Tx } from '#database';
import type { Principal } from '#identity';
import { Clock } from '#kernel';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { Idempotent } from '../http/idempotency.ts';
import { IfMatch, TakesIfMatch } from '../http/versions.ts';
import {
  gpuClassAnswer,
  gpuClassChange,
  gpuClassCode,
  gpuClassesAnswer,
  gpuClassInput,
  priceInput,
  pricesAnswer,
  showClass,
  showPrices,
} from './catalog.schemas.ts';

type ClassAnswer = z.infer<typeof gpuClassAnswer>;

/** GPU classes and the price book. */
@ApiTags('GPU classes and prices')
@Controller('gpu-classes')
export class GpuClassesController {
  constructor(
    private readonly transactions: Transactions,
    private readonly catalog: CatalogService,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({ summary: 'List GPU classes', description: 'Each class with the price that is valid now.' })
  @Get()
  @Allow('catalog.read')
  @Answers(gpuClassesAnswer)
  async list(): Promise<z.infer<typeof gpuClassesAnswer>> {
    return await this.transactions.run(async (tx) => {
      const prices = await this.catalog.pricesAt(tx, this.clock.now());
      return { items: (await this.catalog.classes(tx)).map((gpuClass) => showClass(gpuClass, prices.get(gpuClass.code))) };
    });
  }

  @ApiOperation({ summary: 'Add a GPU class', description: 'A new class has no price until one is announced.' })
  @Post()
  @Allow('catalog.manage')
  @Idempotent()
  @Answers(gpuClassAnswer, { status: 201 })
  async add(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: gpuClassInput }) input: z.infer<typeof gpuClassInput>,
  ): Promise<ClassAnswer> {
    return showClass(await this.transactions.run((tx) => this.catalog.addClass(tx, principal, input)), undefined);
  }

  @ApiOperation({ summary: 'Read a GPU class', description: 'The class with the price that is valid now.' })
  @Get(':code')
  @Allow('catalog.read')
  @Answers(gpuClassAnswer)
  async get(@Param('code', { schema: gpuClassCode }) code: string): Promise<ClassAnswer> {
    return await this.transactions.run(async (tx) => this.#show(tx, await this.catalog.class(tx, code)));
  }

  @ApiOperation({
    summary: 'Change a GPU class',
    description: 'Changes the name, the node selector and what else scheduling needs. Prices are announced separately.',
  })
  @Patch(':code')
  @Allow('catalog.manage')
  @TakesIfMatch()
  @Answers(gpuClassAnswer)
  async change(
    @CurrentPrincipal() principal: Principal,
    @Param('code', { schema: gpuClassCode }) code: string,
    @IfMatch() version: number,
    @Body({ schema: gpuClassChange }) change: z.infer<typeof gpuClassChange>,
  ): Promise<ClassAnswer> {
    return await this.transactions.run(async (tx) => this.#show(tx, await this.catalog.changeClass(tx, principal, code, version, change)));
  }

  @ApiOperation({
    summary: 'List the prices of a GPU class',
    description: 'Past, present and announced prices, each with the instant from which it is valid.',
  })
  @Get(':code/prices')
  @Allow('catalog.read')
  @Answers(pricesAnswer)
  async prices(@Param('code', { schema: gpuClassCode }) code: string): Promise<z.infer<typeof pricesAnswer>> {
    return await this.transactions.run(async (tx) => {
      await this.catalog.class(tx, code);
      return showPrices(await this.catalog.prices(tx, code));
    });
  }

  @ApiOperation({
    summary: 'Announce a price',
    description: 'A price is valid from now or later; only the first price of a class may be valid from the past.',
  })
  @Post(':code/prices')
  @Allow('catalog.manage')
  @Idempotent()
  @Answers(pricesAnswer, { status: 201 })
  async announce(
    @CurrentPrincipal() principal: Principal,
    @Param('code', { schema: gpuClassCode }) code: string,
    @Body({ schema: priceInput }) price: z.infer<typeof priceInput>,
  ): Promise<z.infer<typeof pricesAnswer>> {
    return await this.transactions.run(async (tx) => {
      await this.catalog.announcePrice(tx, principal, code, price, this.clock.now());
      return showPrices(await this.catalog.prices(tx, code));
    });
  }

  async #show(tx: Tx, gpuClass: GpuClass): Promise<ClassAnswer> {
    return showClass(gpuClass, (await this.catalog.pricesAt(tx, this.clock.now())).get(gpuClass.code));
  }
}
