import { Controller, Get, NotFoundException, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MetricsService } from '#monitoring';
import { Public } from './access.ts';

/** For Prometheus, which asks each replica itself. What a proxy passed on comes from outside, and finds nothing here. */
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
