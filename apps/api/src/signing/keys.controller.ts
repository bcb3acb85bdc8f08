import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Transactions } from '#database';
import { SigningKeysService } from '#signing';
import { Public } from '../http/access.ts';
import { Answers } from '../http/answers.ts';
import { keysAnswer } from './key.schemas.ts';

/** The public keys of the park. Anybody can check its signatures with them. */
@ApiTags('Signing keys')
@Controller('keys')
export class KeysController {
  constructor(
    private readonly transactions: Transactions,
    private readonly keys: SigningKeysService,
  ) {}

  @ApiOperation({
    summary: 'List the public keys of the park',
    description: 'Those that sign closed months and heads of the audit trail, and those that did: a retired key stays published.',
  })
  @Get()
  @Public()
  @Answers(keysAnswer)
  async list(): Promise<z.infer<typeof keysAnswer>> {
    const keys = await this.transactions.run((tx) => this.keys.list(tx));
    return {
      keys: keys.map(({ keyId, publicKey, validFrom, retiredAt }) => ({
        ...{ keyId, algorithm: 'Ed25519' as const, publicKey, validFrom: validFrom.toISOString() },
        retiredAt: retiredAt === null ? null : retiredAt.toISOString(),
      })),
    };
  }
}
