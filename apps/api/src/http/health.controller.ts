import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { HealthCheckResult } from '@nestjs/terminus';
import { ProbesService } from '#monitoring';
import { Public } from './access.ts';

/** For probes. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(private readonly probes: ProbesService) {}

  @Get('healthz')
  @Public()
  async alive(): Promise<HealthCheckResult> {
    return await this.probes.alive();
  }

  @Get('readyz')
  @Public()
  async ready(): Promise<HealthCheckResult> {
    return await this.probes.ready();
  }
}
