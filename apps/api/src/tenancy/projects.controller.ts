import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import { CompaniesService, ProjectsService, requireReadable } from '#tenancy';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { Idempotent } from '../http/idempotency.ts';
import { IfMatch, TakesIfMatch } from '../http/versions.ts';
import { companyId } from './company.schemas.ts';
import { projectAnswer, projectChange, projectCode, projectInput, projectsAnswer, projectsQuery, showProject } from './project.schemas.ts';

type ProjectAnswer = z.infer<typeof projectAnswer>;

/** The projects of a company, which its jobs may name. */
@ApiTags('Companies')
@Controller('companies/:id/projects')
export class ProjectsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly companies: CompaniesService,
    private readonly projects: ProjectsService,
  ) {}

  @ApiOperation({ summary: 'List the projects of a company', description: 'By code, with the archived ones unless they are left out.' })
  @Get()
  @Allow('project.read')
  @Answers(projectsAnswer)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Query({ schema: projectsQuery }) { archived }: z.infer<typeof projectsQuery>,
  ): Promise<z.infer<typeof projectsAnswer>> {
    requireReadable(principal, id);
    return await this.transactions.run(async (tx) => {
      await this.companies.get(tx, id);
      const projects = await this.projects.list(tx, id, archived === undefined ? {} : { archived });
      return { items: projects.map(showProject) };
    });
  }

  @ApiOperation({ summary: 'Add a project', description: 'Job files name it by its code, which never changes.' })
  @Post()
  @Allow('project.manage')
  @Idempotent()
  @Answers(projectAnswer, { status: 201 })
  async create(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Body({ schema: projectInput }) { code, title, ...given }: z.infer<typeof projectInput>,
  ): Promise<ProjectAnswer> {
    requireReadable(principal, id);
    const description = { title, purpose: given.purpose ?? null, model: given.model ?? null, filingNumber: given.filingNumber ?? null };
    return showProject(await this.transactions.run((tx) => this.projects.create(tx, principal, id, code, description)));
  }

  @ApiOperation({ summary: 'Read a project', description: 'What it is for, its model and the filing number, and whether it is archived.' })
  @Get(':code')
  @Allow('project.read')
  @Answers(projectAnswer)
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('code', { schema: projectCode }) code: string,
  ): Promise<ProjectAnswer> {
    requireReadable(principal, id);
    return showProject(await this.transactions.run((tx) => this.projects.get(tx, id, code)));
  }

  @ApiOperation({
    summary: 'Change, archive or reopen a project',
    description: 'No new job may name an archived one; jobs that name it go on.',
  })
  @Patch(':code')
  @Allow('project.manage')
  @TakesIfMatch()
  @Answers(projectAnswer)
  async change(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: companyId }) id: string,
    @Param('code', { schema: projectCode }) code: string,
    @IfMatch() version: number,
    @Body({ schema: projectChange }) change: z.infer<typeof projectChange>,
  ): Promise<ProjectAnswer> {
    requireReadable(principal, id);
    return showProject(await this.transactions.run((tx) => this.projects.change(tx, principal, id, code, definedOnly(change), version)));
  }
}

function definedOnly<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
