import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import yazl from 'yazl';
import { Verifier } from '#statements';
import { issuedMonth } from '#statements/testing';
import { bytesOf, bytesOfFile, readArchive } from './zip-file.ts';

const { files } = issuedMonth('2026-10', generateKeyPairSync('ed25519').privateKey);

/** @param isLarge as an archive of 4 GiB is written: sizes, counts and places in 64 bits */
async function archive(isLarge = false): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  const options = { mtime: new Date('2026-11-01T00:00:00Z'), forceZip64Format: isLarge };
  for (const [name, text] of files) {
    zip.addReadStreamLazy(name, { ...options, compress: true }, (opened) => {
      opened(null, Readable.from([Buffer.from(text)]));
    });
  }
  zip.addReadStreamLazy('statements/company_1.pdf', { ...options, compress: false }, (opened) => {
    opened(null, Readable.from([Buffer.from('%PDF-1.7')]));
  });
  zip.end({ comment: '', forceZip64Format: isLarge });
  return await buffer(zip.outputStream as Readable);
}

describe('the archive of a month', () => {
  it.each([false, true])('is read whole, and its documents are as they were issued; in 64 bits: %s', async (isLarge) => {
    const read = readArchive(bytesOf(await archive(isLarge)));
    expect(read.faults).toEqual([]);
    const verifier = new Verifier();
    for (const [name, content] of read.files) if (name.endsWith('.json')) verifier.add(name, content.toString('utf8'));
    expect(verifier.verdict()).toMatchObject({ faults: [], documents: 3 });
    expect(read.files.get('statements/company_1.pdf')?.toString()).toBe('%PDF-1.7');
  });

  it.each([false, true])('shows every flipped bit, whatever part of the archive it is in; in 64 bits: %s', async (isLarge) => {
    const whole = await archive(isLarge);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
        const flipped = Buffer.from(whole);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        let found: number;
        try {
          const { files: read, faults } = readArchive(bytesOf(flipped));
          const verifier = new Verifier();
          for (const [name, content] of read) if (name.endsWith('.json')) verifier.add(name, content.toString('utf8'));
          found = faults.length + verifier.verdict().faults.length;
        } catch {
          found = 1;
        }
        expect(found).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('is none where it was cut off', async () => {
    const whole = await archive();
    expect(() => readArchive(bytesOf(whole.subarray(0, whole.length - 5)))).toThrow('cut off');
  });

  it('is read from a file piece by piece, and keeps only what is asked for', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'mss-zip-'));
    const file = path.join(folder, 'month.zip');
    await writeFile(file, await archive(true));
    const handle = await open(file);
    try {
      const read = readArchive(bytesOfFile(handle.fd, (await handle.stat()).size), (name) => name.endsWith('.pdf'));
      expect(read.faults).toEqual([]);
      expect([...read.files].map(([name, content]) => [name, content.toString()])).toEqual([['statements/company_1.pdf', '%PDF-1.7']]);
    } finally {
      await handle.close();
      await rm(folder, { recursive: true });
    }
  });
});
