import { readFile } from 'node:fs/promises';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DatabaseModule, DatabaseNotReady, databaseSettings, EmbeddedPostgresServer, requireReadyDatabase } from '#database';
import { jsonInteger, SystemClock } from '#kernel';
import { parseScenario, ReplayService, ReplayModule, ScenarioRefused } from '#replay';
import { migrations } from '../../../migrations/index.ts';
import { TimeModule } from '../../standalone/src/time.module.ts';
import { UsageError } from './usage-error.ts';

const USAGE = 'usage: npm run --silent replay -- SCENARIO.json… [--lines]';

@Module({})
class ReplayApp {
  static register(databaseUrl: string, timeZone: string): DynamicModule {
    const time = TimeModule.forRoot(new SystemClock(), timeZone);
    return { module: ReplayApp, imports: [time, DatabaseModule.forRoot(databaseSettings(databaseUrl, 2)), ReplayModule] };
  }
}

async function withDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const given = process.env.DATABASE_URL;
  if (given !== undefined && given !== '') {
    await requireReadyDatabase(given, migrations);
    return await work(given);
  }
  const server = await EmbeddedPostgresServer.startInMemory(['-c', 'synchronous_commit=off']);
  try {
    return await work(await server.prepare('replay', migrations));
  } finally {
    await server.stop();
  }
}

/** One application context per time zone of the scenarios, on the same database. */
class Replays {
  readonly #contexts = new Map<string, INestApplicationContext>();

  constructor(private readonly databaseUrl: string) {}

  async in(timeZone: string): Promise<ReplayService> {
    let context = this.#contexts.get(timeZone);
    if (context === undefined) {
      context = await NestFactory.createApplicationContext(ReplayApp.register(this.databaseUrl, timeZone), { logger: ['error'] });
      this.#contexts.set(timeZone, context);
    }
    return context.get(ReplayService);
  }

  async close(): Promise<void> {
    for (const context of this.#contexts.values()) await context.close();
  }
}

async function scenarioIn(file: string): Promise<ReturnType<typeof parseScenario>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file}: cannot be read (${error instanceof Error ? error.message : String(error)})`);
  });
  try {
    const json = JSON.parse(text) as unknown;
    // The shared vectors carry their scenario beside what is expected of it.
    const isVector = typeof json === 'object' && json !== null && 'scenario' in json && 'expected' in json;
    return parseScenario(isVector ? json.scenario : json);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${file}: /: is not JSON: ${error.message}`);
    throw named(file, error);
  }
}

/** A refused scenario becomes what a person reads: file, pointer, fault and remedy. */
function named(file: string, error: unknown): unknown {
  if (!(error instanceof ScenarioRefused)) return error;
  return new UsageError(error.faults.map(({ pointer, message }) => `${file}: ${pointer || '/'}: ${message}`).join('\n'));
}

async function main(given: readonly string[]): Promise<void> {
  const flags = given.filter((argument) => argument.startsWith('--'));
  const files = given.filter((argument) => !argument.startsWith('--'));
  if (files.length === 0 || flags.some((flag) => flag !== '--lines')) throw new UsageError(USAGE);
  const scenarios = await Promise.all(files.map(scenarioIn));
  const indent = flags.length > 0 ? undefined : 1;
  await withDatabase(async (url) => {
    const replays = new Replays(url);
    try {
      for (const [index, scenario] of scenarios.entries()) {
        const replay = await replays.in(scenario.timezone);
        const report = await replay.run(scenario).catch((error: unknown) => Promise.reject(named(files[index] ?? '', error) as Error));
        const text = JSON.stringify(report, (_, part: unknown) => (typeof part === 'bigint' ? jsonInteger(part) : part), indent);
        process.stdout.write(`${text}\n`);
      }
    } finally {
      await replays.close();
    }
  });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const refused = error instanceof UsageError;
  const expected = refused || error instanceof DatabaseNotReady;
  process.stderr.write(`${expected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = refused ? 2 : 1;
}
