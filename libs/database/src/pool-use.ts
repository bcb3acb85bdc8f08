import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';

/** How the connections of this application's pool are used. */
@Injectable()
export class PoolUse {
  constructor(private readonly dataSource: DataSource) {}

  /** Connections in use and idle, and callers that wait for one. */
  counts(): { readonly used: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = (this.dataSource.driver as unknown as { master: pg.Pool }).master;
    return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }
}
