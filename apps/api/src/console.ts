import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Where the build puts the console, beside the compiled apps. */
const BUILT_IN = path.resolve(import.meta.dirname, '../../../console');
const INDEX = 'index.html';
/** Files here have the digest of their content in their name. */
const ASSETS = '/assets/';

/** The directory of the built console: the given one, else the one of this build; undefined where there is none. */
export function consoleDirectory(given: string | undefined): string | undefined {
  const directory = given ?? BUILT_IN;
  return existsSync(path.join(directory, ASSETS)) ? directory : undefined;
}

/**
 * Serves the console at `/`: its files, and its first page for each address that only the console knows. Another build may replace the files while
 * the API runs: each request reads the directory.
 */
export async function serveConsole(app: NestFastifyApplication, directory: string): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  await app.register(fastifyStatic, {
    root: directory,
    wildcard: false,
    globIgnore: ['assets/**'],
    index: [INDEX],
    cacheControl: false,
    setHeaders: (reply) => void reply.header('Cache-Control', 'no-cache'),
  });
  await app.register(fastifyStatic, {
    root: path.join(directory, ASSETS),
    prefix: ASSETS,
    decorateReply: false,
    cacheControl: false,
    // The build writes each asset compressed as well.
    preCompressed: true,
    setHeaders: (reply) => void reply.header('Cache-Control', 'public, max-age=31536000, immutable'),
  });
  fastify.get('/*', async (request, reply) => {
    if (request.url.startsWith('/api/')) {
      reply.callNotFound();
      return await reply;
    }
    return await reply.sendFile(INDEX);
  });
}
