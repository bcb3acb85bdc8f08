import type { INestApplicationContext } from '@nestjs/common';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { type Tx, Transactions } from '#database';
import { WalletsService } from '#funding';
import { type ParkRole, UsersService } from '#identity';
import { type Clock, instantOf, toDate } from '#kernel';
import { type Company, CompaniesService, MembersService, syntheticCreditCode } from '#tenancy';

const DEMO = systemActor('demo');
const DAY = 86_400;
const STARTUPS = [
  { slug: 'jiding', name: '极订智能', wallet: 5_000_000n },
  { slug: 'moyu', name: '墨语科技', wallet: 2_000_000n },
] as const;

/** A GPU class with its price, the people who decide, and two start-ups with their owners and money in their wallets. */
export async function openCompanies(office: INestApplicationContext, clock: Clock): Promise<Company[]> {
  return await office.get(Transactions).run(async (tx) => {
    const now = instantOf(clock.now());
    const catalog = office.get(CatalogService);
    await catalog.addClass(tx, DEMO, {
      ...{ code: 'h800', name: 'NVIDIA H800 80GB', vendor: 'nvidia', resourceName: 'nvidia.com/gpu', weight: 100, gpusPerNode: 8 },
      nodeSelector: { 'speedspace.io/gpu-class': 'h800' },
    });
    await catalog.addPrice(tx, DEMO, 'h800', { from: toDate(now - 365 * DAY), fenPerGpuHour: 1_250n });
    await addPerson(office, tx, 'reviewer@park.example', '林静', 'reviewer');
    await addPerson(office, tx, 'admin@park.example', '周明', 'administrator');
    const companies: Company[] = [];
    for (const [index, { slug, name, wallet }] of STARTUPS.entries()) {
      const company = await office.get(CompaniesService).register(tx, DEMO, { name, slug, creditCode: syntheticCreditCode(index + 1) });
      const topUp = { tenantId: company.id, amount: wallet, reference: 'demo', key: 'demo' };
      await office.get(WalletsService).topUp(tx, DEMO, topUp, now);
      const userId = await addPerson(office, tx, `owner@${slug}.example`, `${name} owner`);
      await office.get(MembersService).add(tx, DEMO, company.id, { userId, role: 'owner' });
      companies.push(company);
    }
    return companies;
  });
}

async function addPerson(office: INestApplicationContext, tx: Tx, email: string, name: string, role?: ParkRole): Promise<string> {
  const parkRoles = role === undefined ? [] : [role];
  return (await office.get(UsersService).create(tx, DEMO, { email, name, proof: 'operator', parkRoles })).id;
}
