import { Controller, Get, NotFoundException, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MetricsService } from '#monitoring';
import { Public } from './access.ts';

/** For Prometheus, which asks each replica directly. A request through a proxy comes from outside and gets 404. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get()
  @Public()
  async show(@Req() { headers }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if ('x-forwarded-for' in headers || 'forwarded' in headers) throw new NotFoundException('Cannot GET /metrics');
    await reply.header('Content-Type', this.metrics.contentType).send(await this.metrics.render());
  }
}
