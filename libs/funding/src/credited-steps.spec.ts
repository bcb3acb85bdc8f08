import fc from 'fast-check';
import { BusinessCalendar, type Fen, type GpuSeconds, type Unit } from '#kernel';
import { creditedSteps } from './credited-steps.ts';
import { WALLET } from './domain/allocation.ts';
import { type Admission, FundingBook, type GrantPosition, neededBy } from './domain/funding-book.ts';
import { creditPostings } from './funding-journal.ts';

const NOW = 1_790_000_000;
const calendar = new BusinessCalendar();
const amount = (max: bigint) => fc.bigInt({ min: 0n, max });

interface Given {
  readonly grants: readonly { readonly available: bigint; readonly unit: Unit; readonly coverageBp: bigint }[];
  readonly wallet: Fen;
  readonly fenPerGpuHour: Fen;
  readonly ticks: readonly GpuSeconds[];
}

const given: fc.Arbitrary<Given> = fc.record({
  grants: fc.array(
    fc.record({
      available: amount(3_000n),
      unit: fc.constantFrom<Unit>('CNY', 'GPU_SECONDS'),
      coverageBp: fc.constantFrom(1n, 3_333n, 5_000n, 9_999n, 10_000n),
    }),
    { maxLength: 4 },
  ),
  wallet: amount(2_000n),
  fenPerGpuHour: amount(9_999n),
  ticks: fc.array(amount(4_000n), { minLength: 1, maxLength: 12 }),
});

function grantOf({ available, unit, coverageBp }: Given['grants'][number], index: number): GrantPosition {
  return {
    ...{ id: `g${index}`, name: 'g', tenantId: 't1', programmeId: `programme-${unit}`, priority: 1, classes: ['h800'], validFrom: 0 },
    ...{ validUntil: NOW * 2, capPerTenant: null, monthlyCapPerTenant: null, frozen: false, available, unit },
    coverageBp: unit === 'CNY' ? coverageBp : 10_000n,
  };
}

describe('what a refund gave back (M8)', () => {
  it('is charged again to the fen, to whoever had it, whatever had paid', () => {
    fc.assert(
      fc.property(given, fc.nat(1_000), (environment, permille) => {
        const job: Admission = {
          ...{ id: 'job/1', jobId: 'job', tenantId: 't1', gpuClass: 'h800', fenPerGpuHour: environment.fenPerGpuHour, selfPay: true },
          ...{ gpuSeconds: 0n, shares: new Map() },
        };
        const funds = {
          tenantId: 't1',
          grants: environment.grants.map(grantOf),
          wallet: environment.wallet,
          use: new Map(),
          admissions: [job],
        };
        const book = new FundingBook(funds, calendar);
        const charges = environment.ticks.flatMap((seconds, index) => book.charge(job, job.gpuSeconds + seconds, NOW + index));
        const before = structuredClone({ funds: book.funds, job });
        const segments = charges.flatMap(({ source, gpuSeconds }, index) =>
          gpuSeconds === 0n ? [] : [{ entryId: `entry_${Math.floor(index / 2)}`, chargedAt: NOW, source, gpuSeconds }],
        );
        const credits = book.credit(job, segments.toReversed(), (job.gpuSeconds * BigInt(permille)) / 1_000n);
        const refunds = [...Map.groupBy(credits, ({ entryId }) => entryId)].map(([corrects, own]) => ({
          ...{ id: corrects, key: corrects, kind: 'usage.refunded' as const, effectiveAt: NOW, recordedAt: new Date(0) },
          postings: creditPostings(job, own, book.funds.grants),
        }));
        for (const refund of refunds.toReversed()) {
          const steps = creditedSteps(refund);
          for (const [source, needed] of neededBy(steps)) {
            const available = source === WALLET ? book.funds.wallet : (book.funds.grants.find(({ id }) => id === source)?.available ?? 0n);
            expect(needed).toBeLessThanOrEqual(available);
          }
          book.recharge(job, steps, calendar.monthOf(NOW));
        }
        expect({ funds: book.funds, job }).toEqual(before);
      }),
    );
  });
});
