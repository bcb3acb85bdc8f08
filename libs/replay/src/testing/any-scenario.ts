import fc from 'fast-check';
import { formatInstant } from '#kernel';

const START = 1_793_400_000;
const second = fc.integer({ min: START, max: START + 200_000 });
const instant = second.map(formatInstant);
const span = fc.tuple(second, fc.integer({ min: 0, max: 20_000 }));

/** Small scenarios across a month boundary: two programmes of both units, one tenant, and everything that may happen to a grant. */
export const anyScenario = fc
  .record({
    wallet: fc.nat(5_000),
    coverageBp: fc.constantFrom(0, 3_333, 5_000, 10_000),
    cap: fc.option(fc.nat(3_000)),
    grants: fc.array(fc.record({ programme: fc.constantFrom('money', 'hours'), amount: fc.nat(20_000), valid: span }), { maxLength: 3 }),
    jobs: fc.array(fc.record({ selfPay: fc.boolean(), pods: fc.array(fc.tuple(span, fc.nat(8)), { minLength: 1, maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
    events: fc.array(
      fc.tuple(
        instant,
        fc.constantFrom('topUp', 'freezeGrant', 'unfreezeGrant', 'clawBack', 'amendGrant'),
        fc.integer({ min: 1, max: 900 }),
      ),
      {
        maxLength: 5,
      },
    ),
  })
  .map(({ wallet, coverageBp, cap, grants, jobs, events }) => {
    const terms = { budget: 1_000_000, classes: ['h800'], capPerTenant: null, carryOver: false };
    return {
      timezone: 'Asia/Shanghai',
      tickSeconds: 300,
      gpuClasses: [{ code: 'h800', prices: [{ from: '2026-01-01T00:00:00Z', fenPerGpuHour: 1_250 }] }],
      programmes: [
        { code: 'money', unit: 'CNY', coverageBp, priority: 1, monthlyCapPerTenant: cap, ...terms },
        { code: 'hours', unit: 'GPU_SECONDS', coverageBp: 10_000, priority: 2, monthlyCapPerTenant: null, ...terms },
      ],
      tenants: [{ code: 't1', wallet }],
      grants: grants.map(({ programme, amount, valid: [from, length] }, index) => ({
        ...{
          code: `g${index}`,
          programme,
          tenant: 't1',
          amount,
          validFrom: formatInstant(from),
          validUntil: formatInstant(from + length + 1),
        },
      })),
      jobs: jobs.map(({ selfPay, pods }, job) => ({
        ...{ code: `j${job}`, tenant: 't1', class: 'h800', selfPay, admittedAt: formatInstant(START) },
        pods: pods.map(([[start, length], gpus], index) => ({
          uid: `j${job}-${index}`,
          gpus,
          start: formatInstant(start),
          end: formatInstant(start + length),
        })),
      })),
      events: events.flatMap(([at, type, amount]): object[] => {
        if (type === 'topUp') return [{ at, type, tenant: 't1', amount }];
        if (grants.length === 0) return [];
        const grant = `g${amount % grants.length}`;
        return [
          type === 'clawBack'
            ? { at, type, grant, amount }
            : type === 'amendGrant'
              ? { at, type, grant, addAmount: amount }
              : { at, type, grant },
        ];
      }),
      until: formatInstant(START + 250_000),
    };
  });
