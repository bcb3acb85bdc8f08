import { generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import yazl from 'yazl';
import { Verifier } from '#statements';
import { issuedMonth } from '#statements/testing';
import { readArchive } from './zip-file.ts';

const { files } = issuedMonth('2026-10', generateKeyPairSync('ed25519').privateKey);

async function archive(): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  const options = { mtime: new Date('2026-11-01T00:00:00Z') };
  for (const [name, text] of files) {
    zip.addReadStreamLazy(name, { ...options, compress: true }, (opened) => {
      opened(null, Readable.from([Buffer.from(text)]));
    });
  }
  zip.addReadStreamLazy('statements/company_1.pdf', { ...options, compress: false }, (opened) => {
    opened(null, Readable.from([Buffer.from('%PDF-1.7')]));
  });
  zip.end();
  return await buffer(zip.outputStream as Readable);
}

describe('the archive of a month', () => {
  it('is read whole, and its documents are as they were issued', async () => {
    const read = readArchive(await archive());
    expect(read.faults).toEqual([]);
    const verifier = new Verifier();
    for (const [name, content] of read.files) if (name.endsWith('.json')) verifier.add(name, content.toString('utf8'));
    expect(verifier.verdict()).toMatchObject({ faults: [], documents: 3 });
    expect(read.files.get('statements/company_1.pdf')?.toString()).toBe('%PDF-1.7');
  });

  it('shows every flipped bit, whatever part of the archive it is in', async () => {
    const whole = await archive();
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
        const flipped = Buffer.from(whole);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        let found: number;
        try {
          const { files: read, faults } = readArchive(flipped);
          const verifier = new Verifier();
          for (const [name, content] of read) if (name.endsWith('.json')) verifier.add(name, content.toString('utf8'));
          found = faults.length + verifier.verdict().faults.length;
        } catch {
          found = 1;
        }
        expect(found).toBeGreaterThan(0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is none where it was cut off', async () => {
    const whole = await archive();
    expect(() => readArchive(whole.subarray(0, whole.length - 5))).toThrow('cut off');
  });
});
