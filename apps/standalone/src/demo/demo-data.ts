import { randomBytes } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { AuditService } from '#audit';
import { CatalogService } from '#catalog';
import { lockByName, type Tx, Transactions } from '#database';
import { WalletsService } from '#funding';
import { COMPANY_ROLES, PARK_ROLES, UsersService } from '#identity';
import { type Instant, toDate } from '#kernel';
import { GrantsService } from '#grants';
import { ProgrammesService } from '#programmes';
import { CompaniesService, MembersService, syntheticCreditCode } from '#tenancy';
import { DEMO, markAsDemo } from './demo-mark.ts';
import { DEMO_PEOPLE, type DemoPerson } from './people.ts';

const DAY = 86_400;

const CLASSES = [
  { code: 'h800', name: 'NVIDIA H800 80GB', vendor: 'nvidia', resourceName: 'nvidia.com/gpu', fenPerGpuHour: 1_250n, weight: 100 },
  { code: 'a100', name: 'NVIDIA A100 80GB', vendor: 'nvidia', resourceName: 'nvidia.com/gpu', fenPerGpuHour: 880n, weight: 70 },
  { code: '910b', name: 'Ascend 910B', vendor: 'ascend', resourceName: 'huawei.com/Ascend910', fenPerGpuHour: 720n, weight: 60 },
] as const;

const STARTUPS = [
  { slug: 'jiding', name: '极订智能', number: 1, wallet: 5_000_000n },
  { slug: 'moyu', name: '墨语科技', number: 2, wallet: 2_000_000n },
] as const;

/** A person of the demo with the password that is printed once. */
export interface DemoAccount extends DemoPerson {
  readonly password: string;
}

/** Loads two start-ups, the park's people, GPU classes, programmes and grants into an empty database; else does nothing. */
export async function loadDemoData(app: INestApplicationContext, now: Instant): Promise<DemoAccount[]> {
  const transactions = app.get(Transactions);
  return await transactions.run(async (tx) => {
    await lockByName(tx, 'speedspace demo data');
    const companies = await app.get(CompaniesService).list(tx, { limit: 1 });
    if (companies.length > 0) return [];
    await loadCatalog(app, tx, now);
    const programmes = await loadProgrammes(app, tx, now);
    const people: DemoAccount[] = [];
    for (const person of DEMO_PEOPLE) if (person.company === undefined) people.push(await addPerson(app, tx, person));
    for (const startup of STARTUPS) people.push(...(await loadStartup(app, tx, startup, programmes, now)));
    await markAsDemo(tx, app.get(AuditService, { strict: false }));
    return people;
  });
}

async function loadCatalog(app: INestApplicationContext, tx: Tx, now: Instant): Promise<void> {
  const catalog = app.get(CatalogService);
  for (const { fenPerGpuHour, ...gpuClass } of CLASSES) {
    await catalog.addClass(tx, DEMO, { ...gpuClass, nodeSelector: { 'speedspace.io/gpu-class': gpuClass.code }, gpusPerNode: 8 });
    await catalog.addPrice(tx, DEMO, gpuClass.code, { from: toDate(now - 365 * DAY), fenPerGpuHour });
  }
}

async function loadProgrammes(app: INestApplicationContext, tx: Tx, now: Instant): Promise<{ money: string; hours: string }> {
  const programmes = app.get(ProgrammesService);
  const period = { validFrom: toDate(now - 30 * DAY), validUntil: toDate(now + 335 * DAY) };
  const terms = { monthlyCapPerTenant: null, capPerTenant: null, carryOver: false, status: 'open' as const, ...period };
  const money = await programmes.create(tx, DEMO, {
    ...{ code: 'xuhui-2026', name: '徐汇区算力补贴 2026', funder: '徐汇区', unit: 'CNY', coverageBp: 5_000n, priority: 10 },
    ...{ classes: ['h800', 'a100', '910b'], ...terms },
  });
  const hours = await programmes.create(tx, DEMO, {
    ...{
      code: 'park-h800-2026',
      name: '模速空间 H800 机时 2026',
      funder: '模速空间',
      unit: 'GPU_SECONDS',
      coverageBp: 10_000n,
      priority: 20,
    },
    ...{ classes: ['h800'], ...terms },
  });
  await programmes.appropriate(tx, DEMO, money.id, 500_000_000n, 'first', now);
  await programmes.appropriate(tx, DEMO, hours.id, 3_600n * 100_000n, 'first', now);
  return { money: money.id, hours: hours.id };
}

async function loadStartup(
  app: INestApplicationContext,
  tx: Tx,
  startup: (typeof STARTUPS)[number],
  programmes: { money: string; hours: string },
  now: Instant,
): Promise<DemoAccount[]> {
  const { slug, name, number, wallet } = startup;
  const { id: tenantId } = await app.get(CompaniesService).register(tx, DEMO, { name, slug, creditCode: syntheticCreditCode(number) });
  await app.get(WalletsService).topUp(tx, DEMO, { tenantId, amount: wallet, reference: 'demo', key: 'demo' }, now);
  const validity = { validFrom: toDate(now - DAY), validUntil: toDate(now + 180 * DAY), effectiveAt: now };
  await app.get(GrantsService).open(tx, DEMO, { programmeId: programmes.money, tenantId, amount: 20_000_000n, ...validity });
  await app.get(GrantsService).open(tx, DEMO, { programmeId: programmes.hours, tenantId, amount: 3_600n * 500n, ...validity });
  const people: DemoAccount[] = [];
  for (const person of DEMO_PEOPLE.filter(({ company }) => company === name)) {
    const role = COMPANY_ROLES.find((known) => known === person.role);
    if (role === undefined) continue;
    people.push(await addPerson(app, tx, person));
    const user = await app.get(UsersService).byEmail(tx, person.email);
    await app.get(MembersService).add(tx, DEMO, tenantId, { userId: user?.id ?? '', role });
  }
  return people;
}

async function addPerson(app: INestApplicationContext, tx: Tx, person: DemoPerson): Promise<DemoAccount> {
  const password = randomBytes(12).toString('base64url');
  const { email, name } = person;
  const parkRoles = PARK_ROLES.filter((role) => role === person.role);
  await app.get(UsersService).create(tx, DEMO, { email, name, password, proof: 'operator', parkRoles });
  return { ...person, password };
}
