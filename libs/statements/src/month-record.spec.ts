import fc from 'fast-check';
import { documentBatches } from './month-record.ts';

describe('the batches in which final documents are written', () => {
  it('have all documents once in their order, and no more characters than allowed unless one document has more', () => {
    const sizes = fc.array(fc.nat({ max: 12 }), { maxLength: 30 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 20 }), (lengths, most) => {
        const documents = lengths.map((length, index) => ({ subject: `company_${index}`, document: 'x'.repeat(length), digest: '' }));
        const batches = [...documentBatches(documents, most)];
        expect(batches.flat()).toEqual(documents);
        for (const batch of batches) {
          const characters = batch.reduce((sum, { document }) => sum + document.length, 0);
          expect(batch.length === 1 || characters <= most).toBe(true);
        }
      }),
    );
    expect([...documentBatches([])]).toEqual([]);
  });
});
