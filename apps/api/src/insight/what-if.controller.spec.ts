import { setImmediate } from 'node:timers/promises';
import type { Transactions, Tx } from '#database';
import type { WhatIf, WhatIfService, WhatIfSums } from '#insight';
import { WhatIfController } from './what-if.controller.ts';

const PAID = { gpuSeconds: 0n, listFen: 0n, programmes: new Map(), selfPaidFen: 0n, writtenOffFen: 0n, unfundedGpuSeconds: 0n };
const TOTALS: WhatIfSums = { charged: PAID, before: PAID, after: PAID, disagreementFen: 0n };
const INPUT = { from: '2026-10', until: '2026-10', programmes: [], gpuClasses: [] };

describe('what-ifs that are asked for at once', () => {
  it('take turns, one that fails too', async () => {
    let open = 0;
    const seen: number[] = [];
    const transactions = {
      snapshot: async (work: (tx: Tx) => Promise<unknown>) => {
        seen.push((open += 1));
        try {
          return await work({} as Tx);
        } finally {
          open -= 1;
        }
      },
    } as unknown as Transactions;
    const whatIf = {
      run: async (): Promise<WhatIf> => {
        await setImmediate();
        if (seen.length === 1) throw new Error('the first one fails');
        return { from: INPUT.from, until: INPUT.until, totals: TOTALS, companies: [], programmes: [] };
      },
    } as unknown as WhatIfService;
    const controller = new WhatIfController(transactions, whatIf);
    const asked = [1, 2, 3].map(() => controller.run(new AbortController().signal, INPUT));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(seen).toEqual([1, 1, 1]);
  });
});
