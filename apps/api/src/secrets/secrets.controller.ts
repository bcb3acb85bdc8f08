import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { companyOf, type Principal, scopedTenant } from '#identity';
import { JobsService } from '#jobs';
import { SecretsService, SecretValuesService } from '#secrets';
import { Allow, CurrentPrincipal } from '../http/access.ts';
import { Answers, AnswersNothing } from '../http/answers.ts';
import { Idempotent } from '../http/idempotency.ts';
import { IfMatch, TakesIfMatch } from '../http/versions.ts';
import {
  newSecret,
  removalQuery,
  secretAnswer,
  secretContent,
  secretName,
  secretQuery,
  secretsAnswer,
  showSecret,
  showSecretSummary,
} from './secret.schemas.ts';

type SecretAnswer = z.infer<typeof secretAnswer>;

/** Secrets of the company that the caller acts for. Nobody reads a value again, whatever their role is. */
@ApiTags('Secrets')
@Controller('secrets')
export class SecretsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly secrets: SecretsService,
    private readonly values: SecretValuesService,
    private readonly jobs: JobsService,
  ) {}

  @ApiOperation({ summary: 'List secrets', description: 'Those of your company, by name: what they hold and who wrote it, never a value.' })
  @Get()
  @Allow('secret.read')
  @Answers(secretsAnswer)
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: secretQuery }) { company }: z.infer<typeof secretQuery>,
  ): Promise<z.infer<typeof secretsAnswer>> {
    const tenantId = scopedTenant(principal, company) ?? companyOf(principal);
    const secrets = await this.transactions.run((tx) => this.secrets.list(tx, tenantId));
    return { items: secrets.map(showSecretSummary) };
  }

  @ApiOperation({
    summary: 'Create a secret',
    description:
      'Credentials of an image registry (`imagePullSecrets` of a job file), variables (`envFrom`) or files (`files`). The values are ' +
      'encrypted, and can be replaced and deleted, but never read again.',
  })
  @Post()
  @Allow('secret.write')
  @Idempotent({ secretBody: true })
  @Answers(secretAnswer, { status: 201 })
  async create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: newSecret }) { name, ...content }: z.infer<typeof newSecret>,
  ): Promise<SecretAnswer> {
    const tenantId = companyOf(principal);
    return showSecret(await this.transactions.run((tx) => this.values.create(tx, principal, tenantId, name, content)), []);
  }

  @ApiOperation({ summary: 'Read a secret', description: 'What it holds, when it was last used, and which jobs name it; never a value.' })
  @Get(':name')
  @Allow('secret.read')
  @Answers(secretAnswer)
  async get(
    @CurrentPrincipal() principal: Principal,
    @Param('name', { schema: secretName }) name: string,
    @Query({ schema: secretQuery }) { company }: z.infer<typeof secretQuery>,
  ): Promise<SecretAnswer> {
    const tenantId = scopedTenant(principal, company) ?? companyOf(principal);
    return await this.transactions.run(async (tx) => {
      return showSecret(await this.secrets.get(tx, tenantId, name), await this.jobs.namingSecret(tx, tenantId, name));
    });
  }

  @ApiOperation({
    summary: 'Replace the values of a secret',
    description: 'All of them, by values of the same kind. Jobs that start from now on get the new ones; variables of pods that run stay.',
  })
  @Put(':name')
  @Allow('secret.write')
  @TakesIfMatch()
  @Answers(secretAnswer)
  async replace(
    @CurrentPrincipal() principal: Principal,
    @Param('name', { schema: secretName }) name: string,
    @IfMatch() version: number,
    @Body({ schema: secretContent }) content: z.infer<typeof secretContent>,
  ): Promise<SecretAnswer> {
    const tenantId = companyOf(principal);
    return await this.transactions.run(async (tx) => {
      const secret = await this.values.replace(tx, principal, tenantId, name, version, content);
      return showSecret(secret, await this.jobs.namingSecret(tx, tenantId, name));
    });
  }

  @ApiOperation({
    summary: 'Delete a secret',
    description: 'Its values and its Kubernetes Secret. Refused while jobs that have not ended name it, unless `evenInUse` says otherwise.',
  })
  @Delete(':name')
  @Allow('secret.write')
  @TakesIfMatch()
  @AnswersNothing('The secret is deleted')
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('name', { schema: secretName }) name: string,
    @IfMatch() version: number,
    @Query({ schema: removalQuery }) { evenInUse = false }: z.infer<typeof removalQuery>,
  ): Promise<void> {
    const tenantId = companyOf(principal);
    await this.transactions.run(async (tx) => {
      const users = await this.jobs.namingSecret(tx, tenantId, name);
      await this.secrets.remove(tx, principal, { tenantId, name, version }, users, evenInUse);
    });
  }
}
