import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { ClusterSecretsService } from './cluster-secrets.service.ts';
import { SEALING_SECRETS, SecretValuesService } from './secret-values.service.ts';
import { SecretsService } from './secrets.service.ts';

/** Secrets without their values, for processes that need no key. Needs a `Clock` from a global module of the app. */
@Module({ imports: [AuditModule], providers: [SecretsService], exports: [SecretsService] })
export class SecretsModule {}

/** The values of secrets, for processes that have the keys: those that write them, and those that give them to the cluster. */
@Module({})
export class SecretValuesModule {
  /** @param sealingSecrets the keys: the first seals, all of them open; none: no secret can be stored or used */
  static forRoot(sealingSecrets: readonly string[]): DynamicModule {
    return {
      module: SecretValuesModule,
      global: true,
      imports: [AuditModule, SecretsModule],
      providers: [SecretValuesService, ClusterSecretsService, { provide: SEALING_SECRETS, useValue: sealingSecrets }],
      exports: [SecretValuesService, ClusterSecretsService, SecretsModule],
    };
  }
}
