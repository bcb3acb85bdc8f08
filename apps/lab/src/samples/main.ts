import { generateKeyPairSync } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { EmbeddedPostgresServer } from '#database';
import { migrations } from '../../../../migrations/index.ts';
import { runCommand } from '../usage-error.ts';
import { writePages } from './pdf-pages.ts';
import { writeSamples } from './sample-files.ts';
import { SAMPLE_MONTHS, SamplePark } from './sample-park.ts';

/**
 * `npm run statements:samples`: the files that a finance office gets of two closed months of a small park, in both languages, and the pages
 * of each PDF as PNG.
 */
async function samples(directory: string): Promise<void> {
  const server = await EmbeddedPostgresServer.startInMemory();
  try {
    const url = await server.prepare('speedspace_samples', migrations);
    const park = await SamplePark.create(url, generateKeyPairSync('ed25519').privateKey);
    try {
      const months = await writeSamples(park, SAMPLE_MONTHS, directory);
      let hasPages = true;
      for (const { month, language, archive, files } of months) {
        for (const file of files) if (file.endsWith('.pdf')) hasPages &&= await writePages(file);
        console.log(`${month} in ${language}: ${archive}, and its ${files.length} files beside it`);
      }
      if (!hasPages) console.log('The pages of the PDFs are not there as PNG: this machine has no pdftoppm (Debian: poppler-utils).');
      const [, last] = SAMPLE_MONTHS.map((month) => path.join(directory, 'zh', `${month}.zip`));
      console.log(`Verify one: mss statement verify ${last ?? ''} --keys ${path.join(directory, 'keys.json')}`);
    } finally {
      await park.close();
    }
  } finally {
    await server.stop();
  }
}

await runCommand(async () => {
  const { values } = parseArgs({ options: { directory: { type: 'string', default: 'statement-samples' } } });
  await samples(values.directory);
});
