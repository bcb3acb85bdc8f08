import fc from 'fast-check';
import { anyCycle, NOW } from '../testing/any-cycle.ts';
import { plainCycle } from '../testing/plain-cycle.ts';
import { cycle } from './cycle.ts';

describe('the cycle beside the plain one, which indexes and remembers nothing', () => {
  it('makes the same decisions for the same reasons, whatever the queue, the cluster and the policy (S1–S4, S6)', () => {
    fc.assert(
      fc.property(anyCycle, ({ queue, snapshot, usage, policy }) => {
        expect(cycle(queue, snapshot, usage, policy, NOW)).toEqual(plainCycle(queue, snapshot, usage, policy, NOW));
      }),
      { numRuns: 3_000 },
    );
  });

  it('decides the same in whatever order the queue, the nodes and the jobs that run are given (S7)', () => {
    fc.assert(
      fc.property(anyCycle, ({ queue, snapshot: { nodes, pods, gangs }, usage, policy }) => {
        const reversed = { nodes: nodes.toReversed(), pods: pods.toReversed(), gangs: gangs.toReversed() };
        const decisions = cycle(queue, { nodes, pods, gangs }, usage, policy, NOW);
        expect(cycle(queue.toReversed(), reversed, usage, policy, NOW)).toEqual(decisions);
      }),
      { numRuns: 500 },
    );
  });
});
