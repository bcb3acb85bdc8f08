import { Injectable } from '@nestjs/common';
import { type Actor, AuditService } from '#audit';
import type { Tx } from '#database';
import { Clock, DomainError, newId } from '#kernel';
import { CompanyEntity } from './company.entity.ts';
import { ProjectEntity } from './project.entity.ts';

export type Project = Readonly<ProjectEntity>;

/** What a company says of a project. */
export interface ProjectDescription {
  readonly title: string;
  readonly purpose: string | null;
  readonly model: string | null;
  readonly filingNumber: string | null;
}

export interface ProjectChange extends Partial<ProjectDescription> {
  /** Whether new jobs may no longer name it. */
  readonly archived?: boolean;
}

/** More projects of a company would not be read as a list by anybody. */
const MOST_PROJECTS = 500;

/** The projects of companies (rule P8). */
@Injectable()
export class ProjectsService {
  constructor(
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Those of a company by code: all, or only those that jobs may name. */
  async list(tx: Tx, companyId: string, { archived = true }: { readonly archived?: boolean } = {}): Promise<Project[]> {
    const projects = await tx.find(ProjectEntity, { where: { companyId }, order: { code: 'ASC' } });
    return archived ? projects : projects.filter(({ archivedAt }) => archivedAt === null);
  }

  /** @throws DomainError `project.unknown` */
  async get(tx: Tx, companyId: string, code: string): Promise<Project> {
    return (await tx.findOneBy(ProjectEntity, { companyId, code })) ?? unknown(code);
  }

  /** @throws DomainError `project.code-taken`, `project.too-many` */
  async create(tx: Tx, actor: Actor, companyId: string, code: string, description: ProjectDescription): Promise<Project> {
    // One at a time for a company, so that a race ends with the error below and not with the unique index.
    await tx.findOneOrFail(CompanyEntity, { where: { id: companyId }, lock: { mode: 'for_no_key_update' } });
    const existing = await this.list(tx, companyId);
    if (existing.some((project) => project.code === code)) {
      throw new DomainError('project.code-taken', {
        field: '/code',
        detail: `The company has a project "${code}" already.`,
        remedy: 'Choose another code. A project that is archived keeps its code.',
        kind: 'conflict',
      });
    }
    if (existing.length >= MOST_PROJECTS) {
      throw new DomainError('project.too-many', {
        detail: `The company has ${MOST_PROJECTS} projects, which are the most.`,
        remedy: 'Use one of them again.',
        kind: 'conflict',
      });
    }
    const id = newId('project');
    await tx.insert(ProjectEntity, { id, companyId, code, ...description, createdAt: this.clock.now(), archivedAt: null, version: 1 });
    await this.audit.record(tx, {
      ...{ actor, action: 'project.created', objectType: 'project', objectId: id, tenantId: companyId, after: { code, ...description } },
    });
    return await this.get(tx, companyId, code);
  }

  /** @throws DomainError `project.unknown`; `project.stale` where somebody changed it since `version` */
  async change(tx: Tx, actor: Actor, companyId: string, code: string, change: ProjectChange, version: number): Promise<Project> {
    const before = await tx.findOne(ProjectEntity, { where: { companyId, code }, lock: { mode: 'for_no_key_update' } });
    if (before === null) return unknown(code);
    if (before.version !== version) {
      throw new DomainError('project.stale', {
        detail: `The project "${code}" was changed by somebody else meanwhile.`,
        remedy: 'Read it again and repeat the change.',
        kind: 'stale',
      });
    }
    const { archived = before.archivedAt !== null, ...description } = change;
    const archivedAt = archived ? (before.archivedAt ?? this.clock.now()) : null;
    await tx.update(ProjectEntity, { id: before.id }, { ...description, archivedAt, version: version + 1 });
    const after = await this.get(tx, companyId, code);
    await this.audit.record(tx, {
      ...{ actor, action: 'project.changed', objectType: 'project', objectId: before.id, tenantId: companyId },
      ...{ before: describe(before), after: describe(after) },
    });
    return after;
  }
}

/**
 * Refuses a project that a job may not name (rule J3).
 * @throws DomainError `job.unknown-project`, `job.archived-project`
 */
export async function requireOpenProject(tx: Tx, companyId: string, code: string | undefined): Promise<void> {
  if (code === undefined) return;
  const project = await tx.findOneBy(ProjectEntity, { companyId, code });
  if (project === null) {
    throw new DomainError('job.unknown-project', {
      field: '/metadata/project',
      detail: `Your company has no project "${code}".`,
      remedy: 'Name one that "mss project ls" shows, or ask an owner of your company to add it.',
    });
  }
  if (project.archivedAt === null) return;
  throw new DomainError('job.archived-project', {
    field: '/metadata/project',
    detail: `The project "${code}" is archived, and takes no new jobs.`,
    remedy: 'Name another project, or ask an owner of your company to reopen it.',
  });
}

function describe({ code, title, purpose, model, filingNumber, archivedAt }: Project) {
  return { code, title, purpose, model, filingNumber, archived: archivedAt !== null };
}

function unknown(code: string): never {
  throw new DomainError('project.unknown', {
    detail: `There is no project "${code}".`,
    remedy: '"mss project ls" shows the projects of the company.',
    kind: 'not-found',
  });
}
