import type { KeyObject } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { Transactions, type Tx } from '#database';
import { FundingService, NO_HOLD, WalletsService } from '#funding';
import { GrantsService } from '#grants';
import { BusinessCalendar, type Fen, type Instant, ManualClock, type Month, toDate, type Unit } from '#kernel';
import { JobsService, parseJobFile } from '#jobs';
import { ProgrammesService } from '#programmes';
import { MonthClosingService } from '#statements';
import { CompaniesService, syntheticCreditCode } from '#tenancy';
import { openOffice } from '../demo/park-office.ts';

/** The two months of the samples; the statements of the second one have everything that a statement can have. */
export const SAMPLE_MONTHS = ['2026-09', '2026-10'] as const satisfies readonly Month[];
/** List prices in fen per GPU-hour. */
const PRICES = { h800: 1_250n, 'ascend-910b': 733n } as const;
const [HOUR, DAY] = [3_600, 86_400];
const actor = systemActor('samples');

/** A job and what it used. */
interface SampleJob {
  readonly name: string;
  readonly gpuClass: keyof typeof PRICES;
  readonly gpus: number;
  readonly from: Instant;
  readonly seconds: number;
}

interface SampleProgramme {
  readonly code: string;
  readonly name: string;
  readonly unit: Unit;
  readonly coverageBp: bigint;
  readonly priority: number;
  readonly budget: bigint;
  /** Of the document in which the funder gave the budget. */
  readonly reference: string;
}

/** A park of three companies whose months have money and GPU-hours, shared costs, a correction, something written off, and names of every kind. */
export class SamplePark {
  readonly #calendar = new BusinessCalendar();

  private constructor(
    readonly office: INestApplicationContext,
    private readonly clock: ManualClock,
  ) {}

  /** @param databaseUrl of a migrated database without content */
  static async create(databaseUrl: string, signingKey: KeyObject): Promise<SamplePark> {
    const [first, second] = SAMPLE_MONTHS;
    const calendar = new BusinessCalendar();
    const clock = new ManualClock(toDate(calendar.startOf(first) + HOUR));
    const park = new SamplePark(await openOffice(databaseUrl, clock, signingKey), clock);
    const began = calendar.startOf(first) + DAY;
    await park.#tx((tx) => park.#addClasses(tx));
    const vouchers = await park.#programme({
      ...{ code: 'xuhui-2026', name: '徐汇区大模型算力补贴专项', unit: 'CNY', coverageBp: 5_000n, priority: 20 },
      ...{ budget: 50_000_000n, reference: '徐财〔2026〕7号' },
    });
    const hours = await park.#programme({
      ...{ code: 'speed-hours', name: '模速机时', unit: 'GPU_SECONDS', coverageBp: 10_000n, priority: 10 },
      ...{ budget: 3_600_000n, reference: '沪发改〔2026〕12号' },
    });
    const jiding = await park.#company('极订（上海）人工智能科技有限公司', 1_000_000n);
    const formula = await park.#company('＝1+1 智能', 400_000n);
    const english = await park.#company('Lumen Robotics (Shanghai) Co., Ltd.', 20_000n);
    await park.#grant(vouchers, jiding, 3_000_000n);
    await park.#grant(hours, jiding, 90_000n);
    await park.#grant(vouchers, formula, 800_000n);

    await park.#run(jiding, { name: 'sft-72b', gpuClass: 'h800', gpus: 8, from: began, seconds: 7_207 });
    await park.#run(formula, { name: 'serve-13b', gpuClass: 'ascend-910b', gpus: 1, from: began, seconds: 3_333 });
    const boundary = calendar.endOf(first);
    const across = await park.#open(formula, { name: 'across-the-month', gpuClass: 'h800', gpus: 8, from: boundary - 600, seconds: 0 });
    await park.#meter(formula, across, [[boundary, 4_800n]], false);
    park.clock.moveTo(toDate(boundary + DAY));
    await park.#close(first);
    // Its end was reported late: it had run ten minutes less. September is closed, so October has the correction.
    await park.#meter(formula, across, [[boundary + 60, 0n]], true);

    await park.#rename(jiding, '极订智能（上海）科技股份有限公司');
    for (const [index, seconds] of [3_601, 5_399, 10_800, 1].entries()) {
      await park.#run(jiding, { name: `pretrain-${index + 1}`, gpuClass: 'h800', gpus: 8, from: boundary + index * DAY, seconds });
    }
    await park.#run(jiding, {
      name: 'a-very-long-name-of-a-job-which-no-column-is-wide-enough-for',
      gpuClass: 'ascend-910b',
      gpus: 4,
      from: boundary + DAY,
      seconds: 1_801,
    });
    await park.#run(formula, { name: 'eval-nightly', gpuClass: 'h800', gpus: 2, from: boundary + 2 * DAY, seconds: 59 });
    // More than its wallet has: the park writes the rest off.
    await park.#run(english, { name: 'grasp-policy', gpuClass: 'h800', gpus: 8, from: boundary + 3 * DAY, seconds: 9_000 });
    park.clock.moveTo(toDate(calendar.endOf(second) + DAY));
    await park.#close(second);
    return park;
  }

  async close(): Promise<void> {
    await this.office.close();
  }

  async #tx<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return await this.office.get(Transactions).run(work);
  }

  /** The service of the office, of whichever module. */
  #of<T>(type: abstract new (...parts: never[]) => T): T {
    return this.office.get<T>(type, { strict: false });
  }

  async #addClasses(tx: Tx): Promise<void> {
    const catalog = this.#of(CatalogService);
    for (const [code, fenPerGpuHour] of Object.entries(PRICES)) {
      await catalog.addClass(tx, actor, { code });
      await catalog.addPrice(tx, actor, code, { from: toDate(0), fenPerGpuHour });
    }
  }

  async #programme({ budget, reference, ...terms }: SampleProgramme): Promise<string> {
    const began = this.#calendar.startOf(SAMPLE_MONTHS[0]);
    const programmes = this.#of(ProgrammesService);
    return await this.#tx(async (tx) => {
      const { id } = await programmes.create(tx, actor, {
        ...{ ...terms, funder: '徐汇区科学技术委员会', classes: ['h800'], status: 'open' },
        ...{ monthlyCapPerTenant: null, capPerTenant: null, carryOver: false },
        ...{ validFrom: toDate(began), validUntil: toDate(began + 365 * DAY) },
      });
      await programmes.appropriate(tx, actor, id, budget, 'first', began, reference);
      return id;
    });
  }

  async #company(name: string, wallet: Fen): Promise<string> {
    const began = this.#calendar.startOf(SAMPLE_MONTHS[0]);
    return await this.#tx(async (tx) => {
      const { id } = await this.#of(CompaniesService).register(tx, actor, {
        name,
        creditCode: syntheticCreditCode(Number(wallet) / 10_000),
      });
      const topUp = { tenantId: id, amount: wallet, reference: '工行 20260901-0071', key: 'first' };
      await this.#of(WalletsService).topUp(tx, actor, topUp, began);
      return id;
    });
  }

  async #rename(id: string, name: string): Promise<void> {
    const companies = this.#of(CompaniesService);
    await this.#tx(async (tx) => {
      await companies.change(tx, actor, id, { name }, (await companies.get(tx, id)).version);
    });
  }

  async #grant(programmeId: string, tenantId: string, amount: bigint): Promise<void> {
    const began = this.#calendar.startOf(SAMPLE_MONTHS[0]);
    const validity = { validFrom: toDate(began), validUntil: toDate(began + 365 * DAY) };
    await this.#tx((tx) => this.#of(GrantsService).open(tx, actor, { programmeId, tenantId, amount, ...validity, effectiveAt: began }));
  }

  async #run(tenantId: string, job: SampleJob): Promise<void> {
    const admissionId = await this.#open(tenantId, job);
    const used = BigInt(job.gpus) * BigInt(job.seconds);
    await this.#meter(tenantId, admissionId, [[job.from + job.seconds, used]], true);
  }

  async #open(tenantId: string, { name, gpuClass, gpus, from }: SampleJob): Promise<string> {
    const spec = parseJobFile({
      ...{ apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name } },
      spec: { gpuClass, replicas: 1, gpusPerReplica: gpus, image: 'registry.park.example/train:1', maxRuntime: '1m', selfPay: true },
    });
    return await this.#tx(async (tx) => {
      const job = await this.#of(JobsService).submit(tx, actor, tenantId, spec);
      const request = { id: `${job.id}/1`, jobId: job.id, tenantId, gpuClass, fenPerGpuHour: PRICES[gpuClass], selfPay: true };
      await this.#of(FundingService).open(tx, request, NO_HOLD, from);
      return request.id;
    });
  }

  /** @param read instants and the cumulative GPU-seconds at each */
  async #meter(tenantId: string, admissionId: string, read: readonly (readonly [Instant, bigint])[], final: boolean): Promise<void> {
    const readings = read.map(([at, gpuSeconds]) => ({ at, gpuSeconds }));
    const at = readings.at(-1)?.at ?? 0;
    await this.#tx((tx) =>
      this.#of(FundingService).meter(tx, [{ admissionId, tenantId, readings, holdTarget: NO_HOLD, final, meteredUntil: at }], at),
    );
  }

  async #close(month: Month): Promise<void> {
    await this.#tx((tx) => this.#of(MonthClosingService).close(tx, actor, month));
  }
}
