import fc from 'fast-check';
import type { DomainError } from '#kernel';
import { entryId, entryNumber } from './entry-id.ts';
import { type RecordedEntry, reversal, timedKey, transfer } from './journal-entry.ts';
import { pageOf, placeAfter, placeBefore } from './journal-page.ts';

describe('transfer', () => {
  it('moves an amount, with the memo on the paying side', () => {
    expect(transfer({ from: 'a', to: 'b', unit: 'CNY', amount: 7n, gpuSeconds: 20n, listFen: 7n })).toEqual([
      { account: 'a', unit: 'CNY', amount: -7n, gpuSeconds: 20n, listFen: 7n },
      { account: 'b', unit: 'CNY', amount: 7n },
    ]);
  });

  it('moves nothing as well', () => {
    expect(transfer({ from: 'a', to: 'b', unit: 'GPU_SECONDS', amount: 0n }).map(({ amount }) => amount)).toEqual([0n, 0n]);
  });

  it('refuses a negative amount', () => {
    expect(() => transfer({ from: 'a', to: 'b', unit: 'CNY', amount: -1n })).toThrow(
      expect.objectContaining({ code: 'ledger.negative-amount', field: '/amount' }) as DomainError,
    );
  });
});

describe('reversal', () => {
  const charge: RecordedEntry = {
    id: entryId(7n),
    recordedAt: new Date(0),
    key: 'k',
    kind: 'usage.metered',
    effectiveAt: 100,
    tenantId: 't',
    jobId: 'j',
    postings: transfer({ from: 'a', to: 'b', unit: 'CNY', amount: 7n, gpuSeconds: 20n, listFen: 9n }),
  };

  it('takes back every posting and its memo, and names the entry (L2)', () => {
    expect(reversal(charge, { key: 'k2', effectiveAt: 200, reason: 'node failed', belongsTo: '2026-10' })).toEqual({
      key: 'k2',
      kind: 'usage.corrected',
      effectiveAt: 200,
      tenantId: 't',
      jobId: 'j',
      corrects: 'entry_0000000000007',
      belongsTo: '2026-10',
      reason: 'node failed',
      postings: [
        { account: 'a', unit: 'CNY', amount: 7n, gpuSeconds: -20n, listFen: -9n },
        { account: 'b', unit: 'CNY', amount: -7n },
      ],
    });
  });
});

describe('keys, ids and cursors', () => {
  it('makes keys that sort by time, whatever follows', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.string(), fc.string(), (a, b, x, y) => {
        fc.pre(a < b);
        expect(timedKey(a, x) < timedKey(b, y)).toBe(true);
      }),
    );
  });

  it('gives an entry an id that sorts like its number and reads back', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 9_999_999_999_999n), fc.bigInt(0n, 9_999_999_999_999n), (a, b) => {
        expect(entryNumber(entryId(a))).toBe(a);
        expect(entryId(a) < entryId(b)).toBe(a < b);
      }),
    );
    expect(() => entryNumber('entry_7; DROP TABLE')).toThrow(expect.objectContaining({ code: 'ledger.unknown-entry' }) as DomainError);
  });

  it('goes on where the page before ended, and says nothing of a next page after the last row', () => {
    const rows = [1, 2, 3].map((number) => ({ at: number, entry: BigInt(number), ordinal: 0 }));
    const page = pageOf(rows, 2, (row) => row);
    expect(page.items).toHaveLength(2);
    expect(placeAfter({ cursor: page.next! }, placeBefore(0))).toEqual(rows[1]);
    expect(pageOf(rows, 3, (row) => row)).toEqual({ items: rows });
    expect(() => placeAfter({ cursor: '1; --' }, placeBefore(0))).toThrow(
      expect.objectContaining({ code: 'ledger.bad-cursor' }) as DomainError,
    );
  });
});
