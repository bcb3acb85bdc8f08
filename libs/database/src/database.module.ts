import { type DynamicModule, Global, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { connectionOptions, type DatabaseSettings } from './database-settings.ts';
import { Leadership, LeadershipSettings } from './leadership.ts';
import { PoolUse } from './pool-use.ts';
import { Signals } from './signals.ts';
import { Transactions } from './transactions.ts';

/** Several applications may live in one process (`npm start`), and Nest tells data sources of a process apart by name. */
let opened = 0;

/** The application's connection to PostgreSQL. */
@Global()
@Module({})
export class DatabaseModule {
  static forRoot(settings: DatabaseSettings, leadership = new LeadershipSettings()): DynamicModule {
    opened += 1;
    const name = `speedspace-${opened}`;
    const options = connectionOptions(settings);
    const extra = options.extra as { readonly options: string };
    // Who stops in the middle of a transaction keeps its locks, the fence of its term among them, no longer than its lease.
    const timingOut = `${extra.options} -c idle_in_transaction_session_timeout=${leadership.leaseMilliseconds}`;
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          ...options,
          extra: { ...extra, options: timingOut },
          name,
          retryAttempts: 30,
          retryDelay: 1000,
          logging: false,
        }),
      ],
      providers: [
        { provide: DataSource, useExisting: getDataSourceToken(name) },
        { provide: LeadershipSettings, useValue: leadership },
        ...[Transactions, Leadership, Signals, PoolUse],
      ],
      exports: [Transactions, Leadership, Signals, PoolUse],
    };
  }
}
