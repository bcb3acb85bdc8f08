import { BusinessCalendar } from '#kernel';
import { type Admission, FundingBook } from './funding-book.ts';
import { planOpenings } from './plan-openings.ts';
import { refusedSingly } from './single-holds.ts';

const AT = 1_790_000_000;

/** A company with `wallet` fen; a GPU-hour costs 3,600 fen, so a GPU-second costs one. */
function asking(wallet: bigint, ...needs: readonly bigint[]) {
  const admissions = needs.map((_, index): Admission => {
    const id = `job_${index}/1`;
    return {
      id,
      jobId: `job_${index}`,
      tenantId: 'c',
      gpuClass: 'h800',
      fenPerGpuHour: 3_600n,
      selfPay: true,
      gpuSeconds: 0n,
      shares: new Map(),
    };
  });
  const book = new FundingBook({ tenantId: 'c', grants: [], wallet, use: new Map(), admissions }, new BusinessCalendar());
  const asked = admissions.map((admission, index) => ({ admission, needed: needs[index]! }));
  return { book, asked };
}

describe('first holds (F5)', () => {
  it('are placed one after the other, in full or not at all, and what one holds the next has no more', () => {
    const { book, asked } = asking(100n, 60n, 50n, 40n);
    const refused = planOpenings(book, asked, AT);
    expect([...refused].map(([{ id }, refusal]) => [id, refusal])).toEqual([['job_1/1', { needed: 50n, holdable: 40n }]]);
    expect(book.funds.wallet).toBe(0n);
  });

  it('that need as much as a refused one are refused without another plan', () => {
    const { book, asked } = asking(100n, 101n, ...Array<bigint>(500).fill(200n));
    let plans = 0;
    const plan = book.plan.bind(book);
    book.plan = (...given) => {
      plans += 1;
      return plan(...given);
    };
    expect(planOpenings(book, asked, AT).size).toBe(501);
    expect(plans).toBe(1);
  });

  it('can be asked for singly: none takes money from another, the largest answers for all, and nothing is held', () => {
    const { book, asked } = asking(100n, 60n, 100n, 101n, 200n);
    let plans = 0;
    const plan = book.plan.bind(book);
    book.plan = (...given) => {
      plans += 1;
      return plan(...given);
    };
    expect([...refusedSingly(book, asked, AT)].map(([{ id }, refusal]) => [id, refusal])).toEqual([
      ['job_2/1', { needed: 101n, holdable: 100n }],
      ['job_3/1', { needed: 200n, holdable: 100n }],
    ]);
    expect(plans).toBe(1);
    expect(book.funds.wallet).toBe(100n);
  });
});
