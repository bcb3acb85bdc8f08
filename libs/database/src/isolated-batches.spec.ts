import fc from 'fast-check';
import { DomainError } from '#kernel';
import { inIsolatedBatches } from './isolated-batches.ts';
import { LeadershipLost } from './leadership.ts';

describe('batches that isolate what fails', () => {
  it('do everything once but what is at fault, whatever the size and whoever is at fault', async () => {
    const items = fc.uniqueArray(fc.nat(200), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(items, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 2, max: 9 }), async (given, size, every) => {
        const done: number[] = [];
        const bad = given.filter((item) => item % every === 0).slice(0, 15);
        const { failed } = await inIsolatedBatches(given, size, (batch) => {
          expect(batch.length).toBeLessThanOrEqual(size);
          if (batch.some((item) => bad.includes(item))) return Promise.reject(new Error('at fault'));
          done.push(...batch);
          return Promise.resolve();
        });
        expect(failed.map(({ item }) => item)).toEqual(bad);
        expect(done).toEqual(given.filter((item) => !bad.includes(item)));
      }),
    );
  });

  it('cost few transactions more for one item at fault', async () => {
    let calls = 0;
    await inIsolatedBatches(
      Array.from({ length: 500 }, (_, index) => index),
      500,
      (batch) => {
        calls += 1;
        return batch.includes(321) ? Promise.reject(new Error('at fault')) : Promise.resolve();
      },
    );
    expect(calls).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(500)));
  });

  it.each([new LeadershipLost('workloads'), new DomainError('database.unavailable', { detail: 'away', kind: 'unavailable' })])(
    'stop at once where no item is to blame: %s',
    async (error) => {
      let calls = 0;
      const work = () => {
        calls += 1;
        return Promise.reject(error);
      };
      await expect(inIsolatedBatches([1, 2, 3, 4], 4, work)).rejects.toBe(error);
      expect(calls).toBe(1);
    },
  );

  it('give up where item after item fails and nothing goes through', async () => {
    const error = new Error('a mistake in a statement');
    let calls = 0;
    const work = () => {
      calls += 1;
      return Promise.reject(error);
    };
    await expect(
      inIsolatedBatches(
        Array.from({ length: 500 }, (_, index) => index),
        100,
        work,
      ),
    ).rejects.toBe(error);
    expect(calls).toBeLessThan(60);
  });
});
