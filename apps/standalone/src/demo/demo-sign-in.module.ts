import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { DemoSignInController } from './demo-sign-in.controller.ts';
import { DemoSignInService } from './demo-sign-in.service.ts';

/** Handed to `createApi` by standalone where its settings ask for demo data. */
@Module({})
export class DemoSignInModule {
  static register(): DynamicModule {
    return { module: DemoSignInModule, imports: [AuditModule], controllers: [DemoSignInController], providers: [DemoSignInService] };
  }
}
