import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  applyDecorators,
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  HttpStatus,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { catchError, from, mergeMap, type Observable, of } from 'rxjs';
import { Transactions } from '#database';
import type { AuthenticatedRequest } from './access.ts';
import { HttpProblem } from './problem.ts';

const IDEMPOTENT = 'speedspace:idempotent';
/** A request that has not answered for so long has died with its process; the next one takes over. */
const LEASE_SECONDS = 60;
const WAIT_MILLISECONDS = 10_000;
const POLL_MILLISECONDS = 100;

/** A POST that creates: with the header `Idempotency-Key`, its repetition gets the first answer. Not for answers that hold a secret. */
export function Idempotent(): MethodDecorator {
  return applyDecorators(
    SetMetadata(IDEMPOTENT, true),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Chosen by the client; a repetition with the same key and body gets the first answer, another body 422',
      schema: { type: 'string', maxLength: 200, pattern: '^[\\x21-\\x7e]+$' },
    }),
  );
}

/** The key itself, for rooms that keep it in their own records. Already described by `@Idempotent()`. */
export const IdempotencyKey = createParamDecorator((_data: undefined, context: ExecutionContext): string | undefined => {
  const key = context.switchToHttp().getRequest<AuthenticatedRequest>().headers['idempotency-key'];
  return typeof key === 'string' ? key : undefined;
});

interface Claim {
  readonly caller: string;
  readonly route: string;
  readonly key: string;
  readonly hash: Buffer;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Keeps the answers of creating requests by caller, route and key. A failed request is forgotten, so that it may be repeated.
 * A process that dies between the effect and its answer leaves a claim that the next repetition takes over after a minute;
 * rooms that move money therefore carry the key into their own records as well.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly transactions: Transactions,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const claim = this.#claimOf(context);
    if (claim === undefined) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return from(this.#begin(claim)).pipe(
      mergeMap((earlier) => {
        if (earlier !== undefined) {
          void reply.status(earlier.status).header('Idempotency-Replayed', 'true');
          return of(JSON.parse(earlier.body) as unknown);
        }
        return next.handle().pipe(
          mergeMap(async (body: unknown) => {
            await this.#complete(claim, { status: reply.statusCode, body: JSON.stringify(body ?? null) });
            return body;
          }),
          catchError(async (error: unknown) => {
            await this.#forget(claim);
            throw error;
          }),
        );
      }),
    );
  }

  #claimOf(context: ExecutionContext): Claim | undefined {
    if (this.reflector.get<boolean | undefined>(IDEMPOTENT, context.getHandler()) !== true) return undefined;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = request.headers['idempotency-key'];
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
      hash: createHash('sha256').update(body).digest(),
    };
  }

  /** The earlier answer, or nothing when the claim is now ours. */
  async #begin(claim: Claim): Promise<Answer | undefined> {
    for (let waited = 0; ; waited += POLL_MILLISECONDS) {
      if (await this.#take(claim)) return undefined;
      const answer = await this.#earlier(claim);
      if (answer !== undefined) return answer;
      if (waited >= WAIT_MILLISECONDS) {
        throw new HttpProblem(HttpStatus.CONFLICT, 'idempotency.in-progress', 'The first request with this key is still at work.', {
          remedy: 'Repeat it in a moment.',
        });
      }
      await sleep(POLL_MILLISECONDS);
    }
  }

  async #take(claim: Claim): Promise<boolean> {
    const taken = await this.transactions.reader.query<unknown[]>(
      `INSERT INTO idempotent_request AS earlier (caller, route, key, request_hash, started_at) VALUES ($1, $2, $3, $4, now())
       ON CONFLICT (caller, route, key) DO UPDATE SET started_at = now()
         WHERE earlier.status IS NULL AND earlier.request_hash = $4 AND earlier.started_at < now() - make_interval(secs => $5)
       RETURNING key`,
      [claim.caller, claim.route, claim.key, claim.hash, LEASE_SECONDS],
    );
    return taken.length > 0;
  }

  async #earlier(claim: Claim): Promise<Answer | undefined> {
    const [row] = await this.transactions.reader.query<{ hash: Buffer; status: number | null; body: string | null }[]>(
      `SELECT request_hash AS hash, status, body FROM idempotent_request WHERE caller = $1 AND route = $2 AND key = $3`,
      [claim.caller, claim.route, claim.key],
    );
    if (row === undefined) return undefined;
    if (!row.hash.equals(claim.hash)) {
      throw new HttpProblem(HttpStatus.UNPROCESSABLE_ENTITY, 'idempotency.other-body', 'This Idempotency-Key was used with another body.', {
        remedy: 'Choose a new key for a new request.',
      });
    }
    return row.status === null || row.body === null ? undefined : { status: row.status, body: row.body };
  }

  async #complete(claim: Claim, answer: Answer): Promise<void> {
    await this.transactions.reader.query(
      `UPDATE idempotent_request SET status = $4, body = $5 WHERE caller = $1 AND route = $2 AND key = $3`,
      [claim.caller, claim.route, claim.key, answer.status, answer.body],
    );
  }

  async #forget(claim: Claim): Promise<void> {
    await this.transactions.reader.query(
      `DELETE FROM idempotent_request WHERE caller = $1 AND route = $2 AND key = $3 AND status IS NULL`,
      [claim.caller, claim.route, claim.key],
    );
  }
}
