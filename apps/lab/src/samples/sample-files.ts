import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { unzipSync } from 'fflate';
import { Transactions } from '#database';
import type { Principal } from '#identity';
import type { Month } from '#kernel';
import { ARCHIVE_FORMATS, type Language, LANGUAGES, MonthArchiveService } from '#statements';
import { SigningKeysService } from '#signing';
import type { SamplePark } from './sample-park.ts';

const finance: Principal = { kind: 'user', id: 'user_finance', name: '财务', roles: ['finance'] };

/** The files of one month in one language. */
export interface WrittenMonth {
  readonly month: Month;
  readonly language: Language;
  /** Path of the ZIP of the month. */
  readonly archive: string;
  /** Paths of what the ZIP holds, unpacked beside it. */
  readonly files: readonly string[];
}

/**
 * Writes what finance gets of `months` into `directory`, which is emptied before: in each language the ZIP of each month and, beside it, what
 * it holds (every statement and settlement list as JSON, CSV, XLSX and PDF, and the lines as FOCUS), and the public keys for `mss statement verify`.
 */
export async function writeSamples({ office }: SamplePark, months: readonly Month[], directory: string): Promise<WrittenMonth[]> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const keys = await office.get(SigningKeysService).list(office.get(Transactions).reader);
  await writeFile(path.join(directory, 'keys.json'), `${JSON.stringify({ keys }, null, 2)}\n`);
  const written: WrittenMonth[] = [];
  for (const language of LANGUAGES) {
    for (const month of months)
      written.push(await writeMonth(office.get(MonthArchiveService), path.join(directory, language), month, language));
  }
  return written;
}

async function writeMonth(archives: MonthArchiveService, directory: string, month: Month, language: Language): Promise<WrittenMonth> {
  const options = { language, park: '模速空间', timeZone: 'Asia/Shanghai' };
  const bytes = await buffer(await archives.archive(finance, month, ARCHIVE_FORMATS, options));
  await mkdir(directory, { recursive: true });
  const archive = path.join(directory, `${month}.zip`);
  await writeFile(archive, bytes);
  const files: string[] = [];
  for (const [name, content] of Object.entries(unzipSync(bytes))) {
    const file = path.join(directory, month, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    files.push(file);
  }
  return { month, language, archive, files };
}
