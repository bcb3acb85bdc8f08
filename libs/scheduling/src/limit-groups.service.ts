import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { type Actor, AuditService } from '#audit';
import { CatalogService } from '#catalog';
import type { Tx } from '#database';
import { DomainError } from '#kernel';
import { CompaniesService, requireImpartial } from '#tenancy';
import { ConcurrencyLimitsService } from './concurrency-limits.service.ts';
import { type GpuLimit, limitKey, type LimitTree, PARK } from './domain/limit-tree.ts';
import { GroupLimitEntity } from './group-limit.entity.ts';
import { LimitGroupMemberEntity } from './limit-group-member.entity.ts';
import { checkLimit } from './limit-check.ts';

export type GroupLimit = Readonly<GroupLimitEntity>;
export type LimitGroupMember = Readonly<LimitGroupMemberEntity>;

/** The limits above the companies: groups of companies, and the park itself (rule S2). */
@Injectable()
export class LimitGroupsService {
  constructor(
    private readonly companies: CompaniesService,
    private readonly catalog: CatalogService,
    private readonly limits: ConcurrencyLimitsService,
    private readonly audit: AuditService,
  ) {}

  /** All companies that belong to a group. */
  async members(tx: Tx): Promise<LimitGroupMember[]> {
    return await tx.find(LimitGroupMemberEntity, { order: { groupName: 'ASC', tenantId: 'ASC' } });
  }

  /** The limits of the park and of all groups. */
  async list(tx: Tx): Promise<GroupLimit[]> {
    return await tx.find(GroupLimitEntity, { order: { groupName: 'ASC', gpuClass: 'ASC' } });
  }

  /** All limits, as a cycle needs them. */
  async tree(tx: Tx): Promise<LimitTree> {
    const [members, groups, companies] = [await this.members(tx), await this.list(tx), await this.limits.list(tx)];
    const limits = new Map<string, GpuLimit>();
    for (const { groupName, gpuClass, share, maxGpus } of groups) limits.set(limitKey(groupName, gpuClass), { share, maxGpus });
    for (const { tenantId, gpuClass, share, maxGpus } of companies) limits.set(limitKey(tenantId, gpuClass), { share, maxGpus });
    return { groupOf: new Map(members.map(({ tenantId, groupName }) => [tenantId, groupName])), limits };
  }

  /**
   * Sets the share and the limit of the park or of a group, or lifts them with null.
   * @throws DomainError `access.conflict-of-interest`, `catalog.unknown-class`, `concurrency-limit.invalid`, `limit-group.unknown`
   */
  async setLimit(tx: Tx, actor: Actor, groupName: string, gpuClass: string, limit: GpuLimit): Promise<void> {
    checkLimit(limit);
    const members = groupName === PARK ? [] : await tx.findBy(LimitGroupMemberEntity, { groupName });
    if (groupName !== PARK && members.length === 0) {
      throw new DomainError('limit-group.unknown', {
        detail: `There is no group of companies "${groupName}".`,
        remedy: 'Give a group its companies first (mss limit group).',
        kind: 'not-found',
      });
    }
    await requireImpartial(
      tx,
      actor,
      members.map(({ tenantId }) => tenantId),
    );
    await this.catalog.class(tx, gpuClass);
    const before = await tx.findOneBy(GroupLimitEntity, { groupName, gpuClass });
    if (limit.share === null && limit.maxGpus === null) await tx.delete(GroupLimitEntity, { groupName, gpuClass });
    else await tx.upsert(GroupLimitEntity, { groupName, gpuClass, ...limit }, ['groupName', 'gpuClass']);
    await this.audit.record(tx, {
      ...{ actor, action: 'concurrency-limit.set', objectType: 'limit-group', objectId: groupName },
      before: { gpuClass, share: before?.share ?? null, maxGpus: before?.maxGpus ?? null },
      after: { gpuClass, ...limit },
    });
  }

  /**
   * Makes a group of exactly these companies. A company leaves the group to which it belonged before. A group without companies is
   * removed with its limits.
   * @throws DomainError `access.conflict-of-interest`, `company.not-found`
   */
  async setGroup(tx: Tx, actor: Actor, groupName: string, tenantIds: readonly string[]): Promise<void> {
    const before = (await tx.findBy(LimitGroupMemberEntity, { groupName })).map(({ tenantId }) => tenantId);
    for (const tenantId of tenantIds) await this.companies.get(tx, tenantId);
    await requireImpartial(tx, actor, [...new Set([...before, ...tenantIds])]);
    await tx.delete(LimitGroupMemberEntity, { groupName });
    const groups = new Set((await tx.findBy(LimitGroupMemberEntity, { tenantId: In([...tenantIds]) })).map((member) => member.groupName));
    await tx.upsert(
      LimitGroupMemberEntity,
      [...new Set(tenantIds)].map((tenantId) => ({ tenantId, groupName })),
      ['tenantId'],
    );
    for (const name of [groupName, ...groups])
      if (!(await tx.existsBy(LimitGroupMemberEntity, { groupName: name }))) await tx.delete(GroupLimitEntity, { groupName: name });
    await this.audit.record(tx, {
      ...{ actor, action: 'limit-group.set', objectType: 'limit-group', objectId: groupName },
      before: { companies: before.sort() },
      after: { companies: [...new Set(tenantIds)].sort() },
    });
  }
}
