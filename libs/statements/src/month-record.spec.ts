import fc from 'fast-check';
import { type ClosedDocument, documentBatches } from './month-record.ts';

async function batchesOf(documents: readonly ClosedDocument[], most?: number): Promise<ClosedDocument[][]> {
  const batches: ClosedDocument[][] = [];
  for await (const batch of documentBatches(documents, most)) batches.push(batch);
  return batches;
}

describe('the batches in which final documents are written', () => {
  it('have all documents once in their order, and no more characters than allowed unless one document has more', async () => {
    const sizes = fc.array(fc.nat({ max: 12 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 20 }), async (lengths, most) => {
        const documents = lengths.map((length, index) => ({
          subject: `company_${index}`,
          document: 'x'.repeat(length),
          digest: '',
          parts: {},
        }));
        const batches = await batchesOf(documents, most);
        expect(batches.flat()).toEqual(documents);
        for (const batch of batches) {
          const characters = batch.reduce((sum, { document }) => sum + document.length, 0);
          expect(batch.length === 1 || characters <= most).toBe(true);
        }
      }),
    );
    expect(await batchesOf([])).toEqual([]);
  });
});
