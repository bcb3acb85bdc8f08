import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
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
@Controller('gpu-classes')
export class GpuClassesController {
  constructor(
    private readonly transactions: Transactions,
    private readonly catalog: CatalogService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Allow('catalog.read')
  @Answers(gpuClassesAnswer)
  async list(): Promise<z.infer<typeof gpuClassesAnswer>> {
    return await this.transactions.run(async (tx) => {
      const prices = await this.catalog.pricesAt(tx, this.clock.now());
      return { items: (await this.catalog.classes(tx)).map((gpuClass) => showClass(gpuClass, prices.get(gpuClass.code))) };
    });
  }

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

  @Get(':code')
  @Allow('catalog.read')
  @Answers(gpuClassAnswer)
  async get(@Param('code', { schema: gpuClassCode }) code: string): Promise<ClassAnswer> {
    return await this.transactions.run(async (tx) => this.#show(tx, await this.catalog.class(tx, code)));
  }

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

  @Get(':code/prices')
  @Allow('catalog.read')
  @Answers(pricesAnswer)
  async prices(@Param('code', { schema: gpuClassCode }) code: string): Promise<z.infer<typeof pricesAnswer>> {
    return await this.transactions.run(async (tx) => {
      await this.catalog.class(tx, code);
      return showPrices(await this.catalog.prices(tx, code));
    });
  }

  /** Announces a price that begins now or later, or a class's first. */
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
