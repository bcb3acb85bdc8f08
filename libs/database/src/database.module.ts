import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { connectionOptions, type DatabaseSettings } from './database-settings.ts';
import { Leadership } from './leadership.ts';
import { Signals } from './signals.ts';
import { Transactions } from './transactions.ts';

/** The application's connection to PostgreSQL; rooms add their entities with `TypeOrmModule.forFeature`. */
@Global()
@Module({})
export class DatabaseModule {
  static with(settings: DatabaseSettings): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          ...connectionOptions(settings),
          autoLoadEntities: true,
          retryAttempts: 30,
          retryDelay: 1000,
          logging: false,
        }),
      ],
      providers: [Transactions, Leadership, Signals],
      exports: [Transactions, Leadership, Signals],
    };
  }
}
