import fc from 'fast-check';
import { gpuSecondsBefore, lastEnd, lateReadings, readingsUpTo, type UsageInterval } from './usage.ts';

const intervals = fc.array(
  fc.record({ podUid: fc.uuid(), gpus: fc.integer({ min: 0, max: 16 }), start: fc.integer({ min: 0, max: 1000 }), length: fc.nat(500) }),
  { minLength: 1, maxLength: 6 },
);
const ended = (pods: { podUid: string; gpus: number; start: number; length: number }[]): UsageInterval[] =>
  pods.map(({ length, ...pod }) => ({ ...pod, end: pod.start + length }));

describe('usage', () => {
  it('counts GPUs times seconds of [start, end) and nothing after the end (M1)', () => {
    const pods = [
      { podUid: 'a', gpus: 8, start: 100, end: 160 },
      { podUid: 'b', gpus: 4, start: 110, end: undefined },
    ];
    expect(gpuSecondsBefore(pods, 100)).toBe(0n);
    expect(gpuSecondsBefore(pods, 120)).toBe(8n * 20n + 4n * 10n);
    expect(gpuSecondsBefore(pods, 200)).toBe(8n * 60n + 4n * 90n);
  });

  it('reads the same total again when nothing is new (M2)', () => {
    fc.assert(
      fc.property(intervals, fc.integer({ min: 0, max: 2000 }), (pods, now) => {
        const used = ended(pods);
        const total = gpuSecondsBefore(used, 2000);
        expect(readingsUpTo(used, total, [], now).map((reading) => reading.gpuSeconds)).toEqual([total]);
      }),
    );
  });

  it('splits at every boundary that usage crosses, and ends at the total (M5)', () => {
    fc.assert(
      fc.property(intervals, fc.uniqueArray(fc.integer({ min: 0, max: 1600 }), { maxLength: 4 }), (pods, marks) => {
        const used = ended(pods);
        const boundaries = [...marks].sort((a, b) => a - b);
        const readings = readingsUpTo(used, 0n, boundaries, 2000);
        const total = gpuSecondsBefore(used, 2000);
        expect(readings.at(-1)?.gpuSeconds ?? 0n).toBe(total);
        for (const boundary of boundaries) {
          const before = gpuSecondsBefore(used, boundary);
          if (before > 0n && before < total) expect(readings.map((reading) => reading.gpuSeconds)).toContain(before);
        }
      }),
    );
  });

  it('asks for a credit when the recorded end lies before what was metered (M4)', () => {
    const pod = { podUid: 'a', gpus: 2, start: 0, end: 50 };
    expect(readingsUpTo([pod], 120n, [], 60)).toEqual([{ at: 50, gpuSeconds: 100n }]);
  });

  it('counts a recorded end whole that lies ahead of our clock, and what runs up to our clock only (M4)', () => {
    const holdTarget = { podUid: 'a', gpus: 2, start: 0, end: 70 };
    expect(readingsUpTo([holdTarget], 0n, [65], 60)).toEqual([
      { at: 65, gpuSeconds: 130n },
      { at: 70, gpuSeconds: 140n },
    ]);
    expect(readingsUpTo([holdTarget, { podUid: 'b', gpus: 1, start: 90, end: undefined }], 0n, [], 60)).toEqual([
      { at: 60, gpuSeconds: 120n },
    ]);
  });

  it('leaves each month with what was used in it, in whatever order and however late the facts come (M2, M5, T1)', () => {
    const [opened, boundary, over] = [0, 500, 1_000];
    const fact = fc.record({
      pod: fc.nat(2),
      told: fc.integer({ min: 1, max: 1_200 }),
      start: fc.nat(900),
      length: fc.integer({ min: 1, max: 600 }),
    });
    fc.assert(
      fc.property(
        fc.array(fact, { minLength: 1, maxLength: 6 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 1_200 }), { maxLength: 8 }),
        (facts, ticks) => {
          // A pod is told of as running at first, and its end only later; the last word on it counts.
          const known = (now: number): UsageInterval[] =>
            [...Map.groupBy(facts, ({ pod }) => pod)].flatMap(([pod, words]) => {
              const start = Math.min(...words.map((word) => word.start));
              const end = words.filter(({ told }) => told <= now).at(-1);
              const isTold = words.some(({ told }) => told / 2 <= now) && start <= now;
              return isTold ? [{ podUid: String(pod), gpus: pod + 1, start, end: end === undefined ? undefined : start + end.length }] : [];
            });
          const charges: { before: boolean; gpuSeconds: bigint }[] = [];
          let [metered, charged] = [0n, undefined as { at: number; gpuSeconds: bigint } | undefined];
          const tick = (now: number): void => {
            const crossed = now > boundary || lastEnd(known(now), now) > boundary ? [boundary] : [];
            const readings = readingsUpTo(known(now), metered, crossed, now, { crossed, charged });
            for (const reading of readings.sort((a, b) => a.at - b.at)) {
              for (let surplus = metered - reading.gpuSeconds; surplus > 0n;) {
                const last = charges.at(-1)!;
                const taken = last.gpuSeconds < surplus ? last.gpuSeconds : surplus;
                last.gpuSeconds -= taken;
                surplus -= taken;
                if (last.gpuSeconds === 0n) charges.pop();
              }
              if (reading.gpuSeconds > metered) charges.push({ before: reading.at <= boundary, gpuSeconds: reading.gpuSeconds - metered });
              metered = reading.gpuSeconds;
              if (reading.at === boundary) charged = reading;
            }
          };
          for (const now of [...ticks].sort((a, b) => a - b)) tick(now);
          tick(opened + 2 * over);
          const used = known(2 * over);
          const sum = (before: boolean) =>
            charges.filter((charge) => charge.before === before).reduce((total, { gpuSeconds }) => total + gpuSeconds, 0n);
          expect([sum(true), sum(false)]).toEqual([
            gpuSecondsBefore(used, boundary),
            gpuSecondsBefore(used, 3 * over) - gpuSecondsBefore(used, boundary),
          ]);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('dates what is told after the end of an admission where it was used, whatever of it was charged since (M5, F7)', () => {
    const [monthEnds, over] = [[400, 800], 3_000];
    // What was told before the end, what after it, and how much later than told the pods of the first had ended.
    fc.assert(
      fc.property(intervals, intervals, fc.nat(300), fc.nat(900), (told, toldLate, later, openedAt) => {
        const known = ended(told.map((pod) => ({ ...pod, start: openedAt + pod.start })));
        const all = [...known.map((pod) => ({ ...pod, end: (pod.end ?? 0) + later })), ...ended(toldLate)];
        const chargedUpTo = (at: number): bigint => gpuSecondsBefore(known, at);
        const read = monthEnds.filter((monthEnd) => monthEnd < lastEnd(known, 0)).map((at) => ({ at, gpuSeconds: chargedUpTo(at) }));
        const monthEnd = read.filter(({ at }) => at > Math.min(openedAt, ...known.map(({ start }) => start))).at(-1);
        const from = Math.min(openedAt, ...all.map(({ start }) => start));
        const crossed = monthEnds.filter((at) => at > from && at <= lastEnd(all, 0));
        const late = lateReadings(all, { openedAt, gpuSeconds: chargedUpTo(over), monthEnd }, crossed);
        const [lastMonthEnd] = read.slice(-1).map(({ at }) => at);
        let metered = chargedUpTo(over);
        const charges = late.readings.map(({ at, gpuSeconds }) => {
          const more = gpuSeconds > metered ? gpuSeconds - metered : 0n;
          metered += more;
          return { at, more };
        });
        expect(metered).toBe(gpuSecondsBefore(all, over));
        // Of month ends before the last one that was read, only the whole is known.
        for (const at of monthEnds.filter((one) => one >= (lastMonthEnd ?? 0))) {
          const before = charges.filter((charge) => charge.at <= at).reduce((sum, { more }) => sum + more, 0n);
          expect(before).toBe(gpuSecondsBefore(all, at) - chargedUpTo(at));
        }
        if (late.monthEnd !== undefined) expect(late.monthEnd.gpuSeconds).toBe(gpuSecondsBefore(all, late.monthEnd.at));
      }),
      { numRuns: 2_000 },
    );
  });
});
