import type { KeyObject } from 'node:crypto';
import { StorageModule } from '#storage';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CatalogModule } from '#catalog';
import { DatabaseModule, databaseSettings, Transactions } from '#database';
import { IdentityModule, UsersService } from '#identity';
import { type Clock, type Instant, instantOf, toDate } from '#kernel';
import { JobSettings, JobsModule } from '#jobs';
import { LedgerModule } from '#ledger';
import { MeteringModule } from '#metering';
import { SigningModule } from '#signing';
import { MonthClosingModule, StatementsModule } from '#statements';
import { ApplicationDecisionsService, ApplicationsService, ApplicationsModule } from '#applications';
import { GrantsModule } from '#grants';
import { ProgrammesService, ProgrammesModule } from '#programmes';
import { type Company, TenancyModule } from '#tenancy';
import { apiSettings } from '../../../api/src/settings.ts';
import { TimeModule } from '../../../standalone/src/time.module.ts';

@Module({})
class OfficeModule {
  static register(databaseUrl: string, clock: Clock, signingKey: KeyObject | undefined): DynamicModule {
    const { identity } = apiSettings({ DATABASE_URL: databaseUrl, JWT_SECRET: 'the demo signs nobody in over the network' });
    return {
      module: OfficeModule,
      imports: [
        ...[TimeModule.forRoot(clock), DatabaseModule.forRoot(databaseSettings(databaseUrl)), IdentityModule.forRoot(identity)],
        ...[
          TenancyModule,
          CatalogModule,
          LedgerModule,
          GrantsModule,
          ProgrammesModule,
          ApplicationsModule,
          StorageModule.forRoot(),
          MeteringModule,
          SigningModule.forRoot({ name: '模速空间', signingKey }),
          ...[StatementsModule, MonthClosingModule],
        ],
        JobsModule.forRoot(new JobSettings({ simulatedCluster: true })),
      ],
    };
  }
}

/**
 * The people of the demo at their desks: they call the modules without the network in between.
 * @param signingKey of the park; absent: it signs nothing
 */
export async function openOffice(databaseUrl: string, clock: Clock, signingKey?: KeyObject): Promise<INestApplicationContext> {
  return await NestFactory.createApplicationContext(OfficeModule.register(databaseUrl, clock, signingKey), { logger: ['error'] });
}

/** Programme → application → first review → final approval → grant, by four different people. */
export async function grantByApplication(
  office: INestApplicationContext,
  company: Company,
  slug: string,
  programmeId: string,
  at: Instant,
): Promise<void> {
  const [applications, decisions] = [office.get(ApplicationsService), office.get(ApplicationDecisionsService)];
  await office.get(Transactions).run(async (tx) => {
    const person = async (email: string) => {
      const user = await office.get(UsersService).byEmail(tx, email);
      if (user === undefined) throw new Error(`${email} is not among the demo's people`);
      return { kind: 'user' as const, id: user.id, name: user.name };
    };
    const [owner, reviewer, administrator] = [
      await person(`owner@${slug}.example`),
      await person('reviewer@park.example'),
      await person('admin@park.example'),
    ];
    const drafted = await applications.draft(
      tx,
      owner,
      company.id,
      {
        ...{ kind: 'grant', programmeId, amount: 3_600n * 200n, validFrom: toDate(at), validUntil: toDate(at + 60 * 86_400) },
        ...{
          purpose: '7B 模型微调',
          plan: 'Fine-tuning runs of one to eight GPUs',
          contactName: owner.name,
          contactPhone: '021-5555 0100',
        },
      },
      at,
    );
    const submitted = await applications.submit(tx, owner, company.id, drafted.id, drafted.version, at);
    const reviewed = await decisions.review(
      tx,
      reviewer,
      submitted.id,
      submitted.version,
      { verdict: 'recommend', opinion: '同意推荐' },
      at,
    );
    const decided = await decisions.decide(tx, administrator, reviewed.id, reviewed.version, { verdict: 'approve', opinion: '同意' }, at);
    if (decided.status !== 'approved') throw new Error(`the application of ${company.name} is ${decided.status}`);
  });
}

/** A programme of GPU-hours, open and funded. */
export async function openProgramme(office: INestApplicationContext, clock: Clock): Promise<string> {
  const at = instantOf(clock.now());
  const actor = { kind: 'system' as const, id: 'demo', name: 'demo' };
  return await office.get(Transactions).run(async (tx) => {
    const programmes = office.get(ProgrammesService);
    const { id } = await programmes.create(tx, actor, {
      ...{
        code: 'demo-hours',
        name: '演示机时',
        funder: '模速空间',
        unit: 'GPU_SECONDS',
        coverageBp: 10_000n,
        priority: 1,
        classes: ['h800'],
      },
      ...{ monthlyCapPerTenant: null, capPerTenant: null, carryOver: false, status: 'open' },
      ...{ validFrom: toDate(at - 86_400), validUntil: toDate(at + 90 * 86_400) },
    });
    await programmes.appropriate(tx, actor, id, 3_600n * 1_000n, 'first', at);
    return id;
  });
}
