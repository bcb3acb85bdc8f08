#!/usr/bin/env node
import { setGlobalProxyFromEnv } from 'node:http';
import { runCli } from './cli.ts';
import { processEnvironment } from './process-environment.ts';

// `mss ls | head` closes the pipe before everything is written.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
setGlobalProxyFromEnv();
process.exitCode = await runCli(process.argv.slice(2), processEnvironment());
