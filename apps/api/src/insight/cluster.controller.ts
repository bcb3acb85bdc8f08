import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { CatalogService } from '#catalog';
import { Transactions } from '#database';
import { nodeViews } from '#insight';
import { JobsService } from '#jobs';
import { Clock, instantOf } from '#kernel';
import { CompaniesService } from '#tenancy';
import { ClusterAccess } from '../cluster-access.ts';
import { Allow } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { nodesAnswer, showNode } from './cluster.schemas.ts';

/** The cluster as the operator looks at it. */
@ApiTags('Operations')
@Controller('cluster')
export class ClusterController {
  constructor(
    private readonly transactions: Transactions,
    private readonly catalog: CatalogService,
    private readonly jobs: JobsService,
    private readonly companies: CompaniesService,
    private readonly access: ClusterAccess,
    private readonly clock: Clock,
  ) {}

  @ApiOperation({
    summary: 'List the nodes with their GPUs',
    description: 'Each node with its state and maintenance, and which job of which company holds how many of its GPUs, until when.',
  })
  @Get('nodes')
  @Allow('cluster.read')
  @Answers(nodesAnswer)
  async nodes(): Promise<z.infer<typeof nodesAnswer>> {
    const at = this.clock.now();
    const classes = await this.transactions.run((tx) => this.catalog.classes(tx));
    const statuses = await this.access.cluster.nodes.statuses(classes, instantOf(at));
    return await this.transactions.run(async (tx) => {
      const active = await this.jobs.active(tx);
      const companies = await this.companies.byIds(tx, [...new Set(active.map(({ tenantId }) => tenantId))]);
      const names = new Map([...companies].map(([id, { name }]) => [id, name]));
      return { at: at.toISOString(), items: nodeViews(statuses, active, instantOf(at)).map((node) => showNode(node, names)) };
    });
  }
}
