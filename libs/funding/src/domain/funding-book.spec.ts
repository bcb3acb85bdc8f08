import fc from 'fast-check';
import { BusinessCalendar, type Fen, type GpuSeconds, listCost, type Unit } from '#kernel';
import { ABSORBED, WALLET } from './allocation.ts';
import { type Admission, type Charge, FundingBook, type GrantPosition, type Segment, type Share } from './funding-book.ts';
import { planHolds } from './plan-holds.ts';

const NOW = 1_790_000_000;
const calendar = new BusinessCalendar();

interface GivenGrant {
  readonly available: bigint;
  readonly unit: Unit;
  readonly coverageBp: bigint;
  readonly frozen: boolean;
}

interface GivenCaps {
  readonly capPerTenant: bigint | null;
  readonly monthlyCapPerTenant: bigint | null;
}

interface GivenState {
  readonly grants: readonly GivenGrant[];
  /** Of the two programmes, one per unit. */
  readonly caps: Readonly<Record<Unit, GivenCaps>>;
  readonly wallet: Fen;
  readonly fenPerGpuHour: Fen;
  readonly selfPay: boolean;
  readonly ticks: readonly GpuSeconds[];
}

const amount = (max: bigint) => fc.bigInt({ min: 0n, max });
const givenGrant: fc.Arbitrary<GivenGrant> = fc.record({
  available: amount(3_000n),
  unit: fc.constantFrom<Unit>('CNY', 'GPU_SECONDS'),
  coverageBp: fc.constantFrom(0n, 1n, 3_333n, 5_000n, 9_999n, 10_000n),
  frozen: fc.boolean(),
});
const givenCaps: fc.Arbitrary<GivenCaps> = fc.record({
  capPerTenant: fc.option(amount(2_000n)),
  monthlyCapPerTenant: fc.option(amount(2_000n)),
});
const givenState: fc.Arbitrary<GivenState> = fc.record({
  grants: fc.array(givenGrant, { maxLength: 4 }),
  caps: fc.record({ CNY: givenCaps, GPU_SECONDS: givenCaps }),
  wallet: amount(2_000n),
  fenPerGpuHour: amount(9_999n),
  selfPay: fc.boolean(),
  ticks: fc.array(amount(4_000n), { minLength: 1, maxLength: 12 }),
});

function grant(id: string, given: Partial<GivenGrant & GivenCaps> & { available: bigint }): GrantPosition {
  const unit = given.unit ?? 'CNY';
  return {
    ...{
      id,
      name: id,
      tenantId: 't1',
      programmeId: `programme-${unit}`,
      priority: 1,
      classes: ['h800'],
      validFrom: 0,
      validUntil: NOW * 2,
    },
    ...{ capPerTenant: null, monthlyCapPerTenant: null, frozen: false },
    ...given,
    unit,
    coverageBp: unit === 'CNY' ? (given.coverageBp ?? 5_000n) : 10_000n,
  };
}

function admission(id: string, fenPerGpuHour: Fen, selfPay: boolean): Admission {
  return { id, jobId: id, tenantId: 't1', gpuClass: 'h800', fenPerGpuHour, selfPay, gpuSeconds: 0n, shares: new Map() };
}

function bookOf(grants: GrantPosition[], wallet: bigint, admissions: Admission[]): FundingBook {
  return new FundingBook({ tenantId: 't1', grants, wallet, use: new Map(), admissions }, calendar);
}

function build(given: GivenState): { book: FundingBook; job: Admission } {
  const job = admission('job/1', given.fenPerGpuHour, given.selfPay);
  return {
    job,
    book: bookOf(
      given.grants.map((own, index) => grant(`g${index}`, { ...own, ...given.caps[own.unit] })),
      given.wallet,
      [job],
    ),
  };
}

function run(given: GivenState): { book: FundingBook; job: Admission; charges: Charge[] } {
  const { book, job } = build(given);
  const charges = given.ticks.flatMap((seconds, index) => book.charge(job, job.gpuSeconds + seconds, NOW + index));
  return { book, job, charges };
}

const total = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);
const balances = (book: FundingBook) => ({ grants: book.funds.grants.map((own) => own.available), wallet: book.funds.wallet });

/** The first `gpuSeconds` of `segments`. */
function upTo(segments: readonly Segment[], gpuSeconds: GpuSeconds): Segment[] {
  let left = gpuSeconds;
  return segments.flatMap((segment) => {
    const taken = segment.gpuSeconds < left ? segment.gpuSeconds : left;
    left -= taken;
    return taken === 0n ? [] : [{ ...segment, gpuSeconds: taken }];
  });
}

function bySource(segments: readonly Segment[]): { source: string; gpuSeconds: GpuSeconds }[] {
  return [...Map.groupBy(segments, (segment) => segment.source)].map(([source, own]) => ({
    source,
    gpuSeconds: total(own.map((segment) => segment.gpuSeconds)),
  }));
}

describe('charging', () => {
  it('charges the rounded total of all seconds, however often the meter ticked (U5)', () => {
    fc.assert(
      fc.property(givenState, (given) => {
        const { job, charges } = run(given);
        const seconds = total(given.ticks);
        expect(job.gpuSeconds).toBe(seconds);
        expect(total(charges.map((charge) => charge.gpuSeconds))).toBe(seconds);
        const borne = charges.map((charge) => (charge.unit === 'GPU_SECONDS' ? charge.listFen : charge.amount));
        expect(total(borne)).toBe(listCost(seconds, given.fenPerGpuHour));
      }),
    );
  });

  it('never overdraws a source, never draws on a frozen one, and keeps within caps (L4, F4, F9)', () => {
    fc.assert(
      fc.property(givenState, (given) => {
        const { book, job } = run(given);
        book.funds.grants.forEach((own, index) => {
          const before = given.grants[index]?.available ?? 0n;
          const paid = job.shares.get(own.id)?.paid ?? 0n;
          expect(own.available).toBe(before - paid);
          expect(own.available).toBeGreaterThanOrEqual(0n);
          if (own.frozen) expect(paid).toBe(0n);
        });
        for (const [unit, { capPerTenant, monthlyCapPerTenant }] of Object.entries(given.caps)) {
          const paid = total(book.funds.grants.filter((own) => own.unit === unit).map((own) => job.shares.get(own.id)?.paid ?? 0n));
          for (const cap of [capPerTenant, monthlyCapPerTenant]) if (cap !== null) expect(paid).toBeLessThanOrEqual(cap);
        }
        expect(book.funds.wallet).toBe(given.wallet - (job.shares.get(WALLET)?.paid ?? 0n));
        if (!given.selfPay) expect(book.funds.wallet).toBe(given.wallet);
      }),
    );
  });

  it('credits a tail back to the sources that paid it, and all of it leaves no trace (M4)', () => {
    fc.assert(
      fc.property(givenState, fc.nat(1_000), (given, permille) => {
        const { book, job, charges } = run(given);
        const segments = charges
          .filter((charge) => charge.gpuSeconds > 0n)
          .map(({ source, gpuSeconds }, index) => ({ entryId: `entry_${index}`, chargedAt: NOW, source, gpuSeconds }));
        const charged = job.gpuSeconds;
        const kept = (charged * BigInt(permille)) / 1_000n;
        const credits = book.credit(job, [...segments].reverse(), kept);
        expect(total(credits.map((credit) => credit.gpuSeconds))).toBe(charged - kept);
        const remaining = upTo(segments, kept);
        for (const { source, gpuSeconds } of bySource(remaining)) expect(job.shares.get(source)?.gpuSeconds ?? gpuSeconds).toBe(gpuSeconds);

        book.credit(job, remaining.reverse(), 0n);
        expect(book.funds.wallet).toBe(given.wallet);
        expect(book.funds.grants.map((own) => own.available)).toEqual(given.grants.map((own) => own.available));
        for (const share of job.shares.values()) expect(share).toEqual({ gpuSeconds: 0n, responsibleFen: 0n, paid: 0n, held: 0n });
      }),
    );
  });
});

describe('holding', () => {
  it('holds exactly what the seconds ahead would cost, and gives all of it back (F5)', () => {
    fc.assert(
      fc.property(givenState, amount(5_000n), (given, holdTarget) => {
        const { book, job } = build(given);
        const before = balances(book);
        const steps = book.plan(job, holdTarget, NOW);
        book.hold(job, steps);
        const held = total([...job.shares.values()].map((share) => share.held));
        const needed = steps.filter((step) => step.source !== ABSORBED).map((step) => step.amount + step.selfPaid);
        expect(held).toBe(total(needed));
        book.hold(job, []);
        expect(balances(book)).toEqual(before);
      }),
    );
  });

  it('charges from the hold first, and the hold outlives a freeze (F9)', () => {
    const frozen = grant('g0', { available: 10_000n, coverageBp: 10_000n });
    const job = admission('job/1', 3_600n, false);
    bookOf([frozen], 0n, [job]).hold(job, bookOf([frozen], 0n, [job]).plan(job, 600n, NOW));
    const book = bookOf([{ ...frozen, frozen: true }], 0n, [job]);
    const charges = book.charge(job, 700n, NOW + 60);
    expect(charges.map(({ source, gpuSeconds, fromHeld, fromAvailable }) => ({ source, gpuSeconds, fromHeld, fromAvailable }))).toEqual([
      { source: 'g0', gpuSeconds: 600n, fromHeld: 600n, fromAvailable: 0n },
      { source: ABSORBED, gpuSeconds: 100n, fromHeld: 0n, fromAvailable: 100n },
    ]);
  });

  it('shares the last of a grant by the second and by GPU, whoever came first (issue 4, F6)', () => {
    const big = admission('big/1', 3_600n, false);
    const small = admission('small/1', 3_600n, false);
    const book = bookOf([grant('g0', { available: 10_000n, unit: 'GPU_SECONDS' })], 0n, [big, small]);
    book.hold(big, book.plan(big, 9_000n, NOW));
    const held = planHolds(
      book,
      [
        { admission: big, gpus: 8n, seconds: 3_600n },
        { admission: small, gpus: 2n, seconds: 3_600n },
      ],
      NOW,
    );
    expect(held.get(big)?.covered).toBe(8_000n);
    expect(held.get(small)?.covered).toBe(2_000n);
    expect(book.funds.grants[0]?.available).toBe(0n);
  });

  it('moves nothing that another job holds of a frozen grant', () => {
    const first = admission('a/1', 3_600n, false);
    const second = admission('b/1', 3_600n, false);
    first.shares.set('g0', { gpuSeconds: 0n, responsibleFen: 0n, paid: 0n, held: 500n });
    const book = bookOf([grant('g0', { available: 0n, unit: 'GPU_SECONDS', frozen: true })], 0n, [first, second]);
    const requests = [first, second].map((own) => ({ admission: own, gpus: 1n, seconds: 600n }));
    const held = planHolds(book, requests, NOW);
    expect(held.get(first)).toEqual({ moves: new Map(), covered: 500n });
    expect(held.get(second)).toEqual({ moves: new Map(), covered: 0n });
  });

  it('asks no more of each job when many jobs share a capped programme that runs short (F4, F6)', () => {
    /** Look-ups of shares per job, while `count` jobs share the last of a grant. */
    const lookUps = (count: number): number => {
      let asked = 0;
      class Shares extends Map<string, Share> {
        override get(source: string): Share | undefined {
          asked += 1;
          return super.get(source);
        }
      }
      const jobs = Array.from({ length: count }, (_, index) => ({ ...admission(`job${index}/1`, 3_600n, false), shares: new Shares() }));
      const short = grant('g0', { available: BigInt(count) * 600n, unit: 'GPU_SECONDS', capPerTenant: 1_000_000n });
      const requests = jobs.map((own) => ({ admission: own, gpus: 1n, seconds: 3_600n }));
      const held = planHolds(bookOf([short], 0n, jobs), requests, NOW);
      for (const job of jobs) expect(held.get(job)?.covered).toBe(600n);
      return asked / count;
    };
    expect(lookUps(200)).toBeLessThan(1.1 * lookUps(50));
  });

  it('counts what others hold of a capped programme at each of its grants, and not what is held for the job itself (F4)', () => {
    fc.assert(
      fc.property(fc.array(amount(900n), { minLength: 2, maxLength: 6 }), fc.nat(5), (seconds, turn) => {
        const jobs = seconds.map((_, index) => admission(`job${index}/1`, 3_600n, false));
        const grants = ['g0', 'g1'].map((id) => grant(id, { available: 1_000n, unit: 'GPU_SECONDS', capPerTenant: 1_500n }));
        const book = bookOf(grants, 0n, jobs);
        for (const [index, job] of jobs.entries()) book.hold(job, book.plan(job, seconds[index] ?? 0n, NOW));
        const asking = jobs[turn % jobs.length] ?? jobs[0]!;
        book.charge(asking, total([...asking.shares.values()].map((share) => share.held)) / 2n, NOW);
        const heldByOthers = jobs.flatMap((job) => (job === asking ? [] : [...job.shares.values()].map((share) => share.held)));
        const paid = total([...asking.shares.values()].map((share) => share.paid));
        expect(book.limits(asking, NOW).remainingCap.get('programme-GPU_SECONDS')).toBe(1_500n - paid - total(heldByOthers));
      }),
    );
  });
});
