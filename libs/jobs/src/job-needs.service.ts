import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { SecretsService } from '#secrets';
import { JobRefused } from './domain/job-faults.ts';
import { faultsOfSecrets, secretReferences } from './domain/job-secrets.ts';
import type { JobSpec } from './domain/job-spec.ts';

/** What a job needs beside GPUs and funds: the secrets that it names (rule J3). */
@Injectable()
export class JobNeeds {
  constructor(private readonly secrets: SecretsService) {}

  /** @throws JobRefused `job.secret-unusable`, with each field that names a secret which is absent or of another kind */
  async require(tx: Tx, tenantId: string, spec: JobSpec): Promise<void> {
    const references = secretReferences(spec);
    const present = await this.secrets.named(
      tx,
      tenantId,
      references.map(({ name }) => name),
    );
    const [first, ...rest] = faultsOfSecrets(references, present);
    if (first !== undefined) throw new JobRefused('job.secret-unusable', [first, ...rest]);
  }
}
