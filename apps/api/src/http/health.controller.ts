import { Controller, Get, type OnModuleDestroy } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Transactions } from '#database';
import { DomainError } from '#kernel';
import { Public } from './access.ts';

/** For probes: alive as long as the process answers; ready as long as the database does and no stop was asked for. */
@ApiExcludeController()
@Controller()
export class HealthController implements OnModuleDestroy {
  #stopping = false;

  constructor(private readonly transactions: Transactions) {}

  @Get('healthz')
  @Public()
  alive(): { status: string } {
    return { status: 'alive' };
  }

  @Get('readyz')
  @Public()
  async ready(): Promise<{ status: string }> {
    if (this.#stopping) throw new DomainError('api.stopping', { detail: 'The process is stopping.', kind: 'unavailable' });
    await this.transactions.run((tx) => tx.query('SELECT 1'));
    return { status: 'ready' };
  }

  onModuleDestroy(): void {
    this.#stopping = true;
  }
}
