import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  applyDecorators,
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  HttpStatus,
  Inject,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { findKeptAnswer, isKeptAnswer, keepAnswer, type KeptAnswer, type KeptRequest, type Tx, Transactions } from '#database';
import { invariant } from '#kernel';
import { fingerprintOf, KeyRing } from '#sealing';
import { API_SETTINGS, type ApiSettings } from '../settings.ts';
import type { AuthenticatedRequest } from './access.ts';
import { HttpProblem } from './problem.ts';

const IDEMPOTENT = 'speedspace:idempotent';
const WAIT_MILLISECONDS = 10_000;
const POLL_MILLISECONDS = 100;

export interface IdempotentOptions {
  /** The route moves money, and nothing else tells a repetition from a second request. It answers 428 without the header. */
  readonly required?: boolean;
  /** The body contains secrets: its stored hash needs a key, or a short secret could be guessed from it. */
  readonly secretBody?: boolean;
}

/** A POST that creates. With the header `Idempotency-Key`, a repetition gets the first answer. Not for answers that contain a secret. */
export function Idempotent({ required = false, secretBody = false }: IdempotentOptions = {}): MethodDecorator {
  return applyDecorators(
    SetMetadata(IDEMPOTENT, { required, secretBody }),
    ApiHeader({
      name: 'Idempotency-Key',
      required,
      description: 'Chosen by the client; a repetition with the same key and body gets the first answer, another body 422',
      schema: { type: 'string', maxLength: 200, pattern: '^[\\x21-\\x7e]+$' },
    }),
  );
}

/** The key itself, for modules that store it in their own records. `@Idempotent()` describes the header. */
export const IdempotencyKey = createParamDecorator((_data: undefined, context: ExecutionContext): string | undefined => {
  const key = context.switchToHttp().getRequest<AuthenticatedRequest>().headers['idempotency-key'];
  return typeof key === 'string' ? key : undefined;
});

interface Claim extends KeptRequest {
  /** Of the body. The first is stored; a kept answer may have any of them. */
  readonly hashes: readonly [Buffer, ...Buffer[]];
}

type Outcome = { readonly body: unknown } | { readonly earlier: KeptAnswer } | 'busy';

/**
 * Stores the answers of creating requests by caller, route and key. The change of a request and its answer are one transaction, so both
 * are stored or neither is. A repetition never makes the change a second time, and a failed request or a process that died leaves nothing.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  readonly #keys: KeyRing;

  constructor(
    private readonly reflector: Reflector,
    private readonly transactions: Transactions,
    @Inject(API_SETTINGS) { identity }: ApiSettings,
  ) {
    this.#keys = new KeyRing(identity.signingSecrets);
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const claim = this.#claimOf(context);
    if (claim === undefined) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    // Each subscription runs the handler again, within the transaction that is open then.
    const handle = (): Promise<unknown> => lastValueFrom(next.handle(), { defaultValue: undefined });
    return from(this.#answer(claim, reply, handle));
  }

  #claimOf(context: ExecutionContext): Claim | undefined {
    const taken = this.reflector.get<Required<IdempotentOptions> | undefined>(IDEMPOTENT, context.getHandler());
    if (taken === undefined) return undefined;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = request.headers['idempotency-key'];
    if (key === undefined && taken.required) {
      const detail = 'This moves money, and nothing but its key tells a repetition from a second one.';
      throw new HttpProblem(HttpStatus.PRECONDITION_REQUIRED, 'idempotency.key-missing', detail, {
        remedy: 'Send an Idempotency-Key of your own choice, and the same one when you repeat the request.',
      });
    }
    if (key === undefined) return undefined;
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) {
      throw new HttpProblem(
        HttpStatus.UNPROCESSABLE_ENTITY,
        'idempotency.key',
        'An Idempotency-Key is 1 to 200 printable ASCII characters.',
      );
    }
    const { principal } = request;
    const body = Buffer.isBuffer(request.body) ? request.body : JSON.stringify(request.body ?? null);
    return {
      caller: `${principal?.id ?? ''}/${principal?.tenantId ?? ''}`,
      route: `${request.method} ${request.url}`,
      key,
      hashes: this.#hashesOf(body, taken.secretBody),
    };
  }

  #hashesOf(body: string | Buffer, isSecret: boolean): Claim['hashes'] {
    if (!isSecret) return [createHash('sha256').update(body).digest()];
    const [current, ...previous] = this.#keys.all.map((key) => fingerprintOf(body, key));
    invariant(current !== undefined, 'an API has a signing secret');
    return [current, ...previous];
  }

  async #answer(claim: Claim, reply: FastifyReply, handle: () => Promise<unknown>): Promise<unknown> {
    for (let waited = 0; ; waited += POLL_MILLISECONDS) {
      const outcome = await this.#once(claim, reply, handle);
      if (outcome !== 'busy') {
        if ('body' in outcome) return outcome.body;
        void reply.status(outcome.earlier.status).header('Idempotency-Replayed', 'true');
        return JSON.parse(outcome.earlier.body) as unknown;
      }
      if (waited >= WAIT_MILLISECONDS) {
        throw new HttpProblem(HttpStatus.CONFLICT, 'idempotency.in-progress', 'The first request with this key is still at work.', {
          remedy: 'Repeat it in a moment.',
        });
      }
      await sleep(POLL_MILLISECONDS);
    }
  }

  async #once(claim: Claim, reply: FastifyReply, handle: () => Promise<unknown>): Promise<Outcome> {
    try {
      return await this.transactions.runAsOne(async (tx): Promise<Outcome> => {
        const found = await this.#find(tx, claim);
        if (found === 'busy') return 'busy';
        if (found !== undefined) return { earlier: found };
        const body = await handle();
        const answer = { requestHash: claim.hashes[0], status: reply.statusCode, body: JSON.stringify(body ?? null) };
        await keepAnswer(tx, claim, answer);
        return { body };
      });
    } catch (error) {
      // The first request was committed just after this one looked for its answer. This one is rolled back and looks again.
      if (isKeptAnswer(error)) return 'busy';
      throw error;
    }
  }

  /** The earlier answer; undefined for the first request. Until its transaction ends, its repetitions find the key in use. */
  async #find(tx: Tx, claim: Claim): Promise<KeptAnswer | 'busy' | undefined> {
    const found = await findKeptAnswer(tx, claim);
    if (found === undefined || found === 'busy') return found;
    if (!claim.hashes.some((hash) => hash.equals(found.requestHash))) {
      throw new HttpProblem(HttpStatus.UNPROCESSABLE_ENTITY, 'idempotency.other-body', 'This Idempotency-Key was used with another body.', {
        remedy: 'Choose a new key for a new request.',
      });
    }
    return found;
  }
}
