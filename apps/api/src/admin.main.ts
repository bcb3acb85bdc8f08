#!/usr/bin/env node
import { runAdmin } from './admin/admin.ts';
import { terminal } from './admin/terminal.ts';

process.exitCode = await runAdmin(process.argv.slice(2), process.env, terminal());
