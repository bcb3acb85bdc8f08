import { Inject, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, type HealthCheckResult, HealthIndicatorService } from '@nestjs/terminus';
import { missingMigrations, ping, Transactions } from '#database';
import { DomainError } from '#kernel';

export const RELEASE_MIGRATIONS = Symbol('migrations of this release');

/** Real time that a dependency has to answer a probe. */
const TIMEOUT_MS = 3_000;

/** Something that a process needs. `check` throws, with a message for operators, while it cannot be used. */
export interface Dependency {
  readonly name: string;
  check(): Promise<void>;
}

/** What probes ask of a process: whether it is alive, and whether it can work. */
@Injectable()
export class ProbesService {
  #migrated = false;

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly transactions: Transactions,
    @Inject(RELEASE_MIGRATIONS) private readonly migrations: readonly string[],
  ) {}

  /** Answers as long as the process does anything at all. */
  async alive(): Promise<HealthCheckResult> {
    return await this.#check([]);
  }

  /**
   * Ready as long as the database answers, has the schema of this release, and the other dependencies can be used, until the process
   * is asked to stop. A schema of a later release is no obstacle: it is migrated before the last process of this release ends.
   * @throws DomainError `process.not-ready`
   */
  async ready(others: readonly Dependency[] = []): Promise<HealthCheckResult> {
    const database = { name: 'database', check: () => this.#checkDatabase() };
    const schema = { name: 'migrations', check: () => this.#checkMigrations() };
    return await this.#check([database, schema, ...others]);
  }

  async #check(dependencies: readonly Dependency[]): Promise<HealthCheckResult> {
    try {
      return await this.health.check(
        dependencies.map(
          (dependency) => () =>
            this.indicators
              .check(dependency.name)
              .attempt(() => dependency.check())
              .withTimeout(TIMEOUT_MS),
        ),
      );
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      throw new DomainError('process.not-ready', { detail: detailOf(error.getResponse() as HealthCheckResult), kind: 'unavailable' });
    }
  }

  async #checkDatabase(): Promise<void> {
    await ping(this.transactions.reader);
  }

  /** Asks until nothing is missing: migrations are never undone. */
  async #checkMigrations(): Promise<void> {
    if (this.#migrated) return;
    const missing = await missingMigrations(this.transactions.reader, this.migrations);
    if (missing.length > 0) throw new Error(`the database lacks ${missing.length} migrations of this release`);
    this.#migrated = true;
  }
}

function detailOf({ status, error = {} }: HealthCheckResult): string {
  if (status === 'shutting_down') return 'The process is stopping.';
  const faults = Object.entries(error).map(([name, fault]) => `${name}: ${String(fault?.['message'] ?? 'down')}`);
  return `The process cannot work. ${faults.join('; ')}`;
}
