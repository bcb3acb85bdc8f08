import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuditModule, systemActor } from '#audit';
import { CatalogService, CatalogModule } from '#catalog';
import { DatabaseModule, databaseSettings, type Tx, Transactions } from '#database';
import { FundingModule, WalletsService } from '#funding';
import { type Clock, DomainError, instantOf, toDate } from '#kernel';
import { JobsService, JobSettings, JobsModule, parseJobFile } from '#jobs';
import { LedgerModule } from '#ledger';
import { MeteringModule } from '#metering';
import { SigningModule } from '#signing';
import { MonthClosingModule, MonthClosingService, StatementsModule } from '#statements';
import { GrantsService, GrantsModule } from '#grants';
import { ProgrammesService, ProgrammesModule } from '#programmes';
import { CompaniesModule, CompaniesService, syntheticCreditCode } from '#tenancy';
import { TimeModule } from '../../../standalone/src/time.module.ts';
import { CLASSES, type Operation, FIRST_MONTH, type GrantPlan, type ParkPlan } from './park-plan.ts';

const PERSON = systemActor('chaos');
const DAY = 86_400;
/** How often a person tries again whose database is away, a tenth of a second apart. */
const TRIES = 100;

@Module({})
class ParkModule {
  static register(databaseUrl: string, clock: Clock): DynamicModule {
    return {
      module: ParkModule,
      imports: [
        ...[TimeModule.forRoot(clock), DatabaseModule.forRoot(databaseSettings(databaseUrl, 4)), AuditModule, CatalogModule, LedgerModule],
        ...[
          CompaniesModule,
          GrantsModule,
          ProgrammesModule,
          FundingModule,
          MeteringModule,
          SigningModule.forRoot({ name: 'chaos', signingKey: undefined }),
          ...[StatementsModule, MonthClosingModule],
          JobsModule.forRoot(new JobSettings({ simulatedCluster: true })),
        ],
      ],
    };
  }
}

/** The people of a seed's park at their desks: they call the modules, and try again while the database is away. */
export class Park {
  readonly tenants: string[] = [];
  readonly grants: string[] = [];
  readonly #jobs = new Map<string, string>();
  #programmes = 0;

  private constructor(
    readonly modules: INestApplicationContext,
    private readonly clock: Clock,
  ) {}

  static async open(databaseUrl: string, clock: Clock): Promise<Park> {
    return new Park(await NestFactory.createApplicationContext(ParkModule.register(databaseUrl, clock), { logger: false }), clock);
  }

  /** What the park has before the first job: classes, prices, companies, wallets, grants. */
  async seedData(plan: ParkPlan): Promise<void> {
    await this.#patiently(async (tx) => {
      for (const { code, fenPerGpuHour } of CLASSES) {
        const about = { name: code, vendor: 'nvidia', resourceName: 'nvidia.com/gpu', gpusPerNode: 8, weight: 100 };
        await this.modules.get(CatalogService).addClass(tx, PERSON, { ...about, code, nodeSelector: { 'speedspace.io/gpu-class': code } });
        await this.modules.get(CatalogService).addPrice(tx, PERSON, code, { from: toDate(0), fenPerGpuHour });
      }
      for (const [index, tenant] of plan.tenants.entries()) {
        const input = { name: `Company ${index}`, slug: `company-${index}`, creditCode: syntheticCreditCode(index + 1) };
        const { id } = await this.modules.get(CompaniesService).register(tx, PERSON, input);
        await this.modules.get(WalletsService).open(tx, [id]);
        this.tenants.push(id);
        if (tenant.wallet > 0n) await this.#topUp(tx, id, tenant.wallet, 'opening');
        for (const grant of tenant.grants) this.grants.push(await this.#openGrant(tx, id, grant));
      }
    });
  }

  /** @returns what came of it: `done`, or the code of a refusal, which is a word like any other */
  async act(operation: Operation): Promise<string> {
    try {
      await this.#patiently((tx) => this.#do(tx, operation));
      return 'done';
    } catch (error) {
      if (error instanceof DomainError) return error.code;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.modules.close();
  }

  async #do(tx: Tx, operation: Operation): Promise<void> {
    const [now, grants] = [instantOf(this.clock.now()), this.modules.get(GrantsService)];
    switch (operation.do) {
      case 'submit': {
        const { name, annotations, spec, tenant } = operation.job;
        const image = 'registry.park.example/train:1';
        const file = { apiVersion: 'speedspace.io/v1', kind: 'Job', metadata: { name, annotations }, spec: { ...spec, image } };
        const options = { clientKey: name };
        const { id } = await this.modules.get(JobsService).submit(tx, PERSON, this.tenants[tenant] ?? '', parseJobFile(file), options);
        this.#jobs.set(name, id);
        return;
      }
      case 'cancel':
      case 'suspend':
      case 'resume':
        await this.modules.get(JobsService)[operation.do](tx, PERSON, this.#jobs.get(`job-${operation.job}`) ?? '');
        return;
      case 'top-up':
        await this.#topUp(tx, this.tenants[operation.tenant] ?? '', operation.amount, `at-${operation.at}-${operation.amount}`);
        return;
      case 'new-grant':
        await this.#openGrant(tx, this.tenants[operation.tenant] ?? '', operation.grant);
        return;
      case 'new-price':
        await this.modules
          .get(CatalogService)
          .addPrice(tx, PERSON, operation.gpuClass, { from: toDate(now + 1), fenPerGpuHour: operation.fenPerGpuHour });
        return;
      case 'close-month':
        await this.modules.get(MonthClosingService).close(tx, PERSON, FIRST_MONTH);
        return;
      default:
        await this.#changeGrant(tx, grants, operation);
    }
  }

  async #changeGrant(
    tx: Tx,
    grants: GrantsService,
    operation: Extract<Operation, { do: 'increase' | 'claw-back' | 'extend' | 'freeze' | 'unfreeze' }>,
  ): Promise<void> {
    const [id, now] = [this.grants[operation.grant], instantOf(this.clock.now())];
    if (id === undefined) return;
    const { validUntil, unit } = await grants.get(tx, id);
    const amountOf = (share: number): bigint => BigInt(share) * (unit === 'CNY' ? 50n : 100n);
    switch (operation.do) {
      case 'increase':
        await grants.amend(tx, PERSON, id, { addAmount: amountOf(operation.share) }, now);
        return;
      case 'claw-back':
        await grants.clawBack(tx, PERSON, id, amountOf(operation.share) * 10n, 'chaos', now);
        return;
      case 'extend':
        await grants.amend(tx, PERSON, id, { validUntil: new Date(validUntil.getTime() + operation.seconds * 1_000) }, now);
        return;
      case 'freeze':
        await grants.freeze(tx, PERSON, id, 'chaos', now);
        return;
      case 'unfreeze':
        await grants.unfreeze(tx, PERSON, id, 'chaos', now);
    }
  }

  async #topUp(tx: Tx, tenantId: string, amount: bigint, key: string): Promise<void> {
    await this.modules.get(WalletsService).topUp(tx, PERSON, { tenantId, amount, reference: key, key }, instantOf(this.clock.now()));
  }

  async #openGrant(tx: Tx, tenantId: string, plan: GrantPlan): Promise<string> {
    const now = instantOf(this.clock.now());
    this.#programmes += 1;
    const code = `programme-${this.#programmes}`;
    const programme = await this.modules.get(ProgrammesService).create(tx, PERSON, {
      ...{ code, name: code, funder: '徐汇区', unit: plan.unit, coverageBp: plan.coverageBp, priority: plan.priority },
      ...{ classes: [...plan.classes], monthlyCapPerTenant: plan.monthlyCap, capPerTenant: plan.cap, carryOver: plan.carryOver },
      ...{ status: 'open', validFrom: toDate(now - DAY), validUntil: toDate(now + 365 * DAY) },
    });
    await this.modules.get(ProgrammesService).appropriate(tx, PERSON, programme.id, plan.amount * 3n, 'first', now);
    const period = { validFrom: toDate(now - DAY), validUntil: toDate(now + plan.validSeconds) };
    const grant = { programmeId: programme.id, tenantId, amount: plan.amount, ...period, effectiveAt: now };
    return (await this.modules.get(GrantsService).open(tx, PERSON, grant)).id;
  }

  async #patiently<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.modules.get(Transactions).run(work);
      } catch (error) {
        const away = error instanceof DomainError && error.kind === 'unavailable';
        if (!away || tried >= TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }
}
