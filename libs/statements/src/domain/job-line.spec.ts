import fc from 'fast-check';
import { byJob, wholeJobs } from './job-line.ts';

interface Row {
  readonly jobId: string;
  readonly number: number;
}

it('cuts batches only where a job ends, and keeps every row once', async () => {
  const counts = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(counts, fc.integer({ min: 1, max: 5 }), async (sizes, size) => {
      const all = sizes.flatMap((count, index) => Array.from({ length: count }, (_, number): Row => ({ jobId: `job_${index}`, number })));
      const batches = (async function* () {
        await Promise.resolve();
        for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
      })();
      const cut: Row[][] = [];
      for await (const whole of wholeJobs(batches)) cut.push(whole);
      expect(cut.flat()).toEqual(all);
      const jobs = cut.flatMap((rows) => [...byJob(rows)]);
      expect(jobs.flat()).toEqual(all);
      expect(jobs.map(({ length }) => length)).toEqual(sizes);
    }),
  );
});
