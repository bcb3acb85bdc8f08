import fc from 'fast-check';
import { compareBytes } from './compare-bytes.ts';

describe('the order of texts by their code units', () => {
  it('is the one that sort has by default', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => expect(texts.toSorted(compareBytes)).toEqual(texts.toSorted())),
    );
  });
});
