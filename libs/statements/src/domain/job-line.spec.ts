import fc from 'fast-check';
import type { JobCharge } from '#ledger';
import { wholeJobs } from './job-line.ts';

const charge = (jobId: string): JobCharge => ({
  ...{ tenantId: 't', jobId, account: 'absorbed', unit: 'CNY', amount: 1n, gpuSeconds: 1n, listFen: 1n },
});

it('cuts batches only where a job ends, and keeps every charge once', async () => {
  const jobs = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(jobs, fc.integer({ min: 1, max: 5 }), async (sizes, size) => {
      const all = sizes.flatMap((count, index) => Array.from({ length: count }, () => charge(`job_${index}`)));
      const batches = (async function* () {
        await Promise.resolve();
        for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
      })();
      const cut: JobCharge[][] = [];
      for await (const whole of wholeJobs(batches)) cut.push(whole);
      expect(cut.flat()).toEqual(all);
      const jobIds = cut.flatMap((charges) => [...new Set(charges.map(({ jobId }) => jobId))]);
      expect(new Set(jobIds).size).toBe(jobIds.length);
    }),
  );
});
