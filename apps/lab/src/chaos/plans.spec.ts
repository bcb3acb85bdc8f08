import { faultPlan } from './fault-plan.ts';
import { parkPlan } from './park-plan.ts';

const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);

describe('the plans of the chaos run', () => {
  it('are functions of the seed', () => {
    expect(parkPlan(7)).toEqual(parkPlan(7));
    expect(faultPlan(7)).toEqual(faultPlan(7));
    expect(parkPlan(7)).not.toEqual(parkPlan(8));
    expect(faultPlan(7)).not.toEqual(faultPlan(8));
  });

  it('inject every kind of fault', () => {
    const kinds = new Set(SEEDS.flatMap((seed) => faultPlan(seed).map(({ kind }) => kind)));
    expect([...kinds].sort()).toEqual([
      ...[
        'API down',
        'Job deleted',
        'Job suspended',
        'PostgreSQL restarted',
        'answers 409',
        'answers 410',
        'answers 429',
        'answers 500',
        'answers delayed',
        'answers lost',
      ],
      ...['connections reset', 'container lost', 'controller killed', 'controller paused past its term', 'database connections cut'],
      ...['history compacted (410)', 'jobs refused', 'jobs too large', 'node cut off', 'node given up', 'node lost', 'node rejects pods'],
      ...['pod deleted', 'pod evicted', 'pod force-deleted', 'two controllers at once'],
      ...['watch events delayed', 'watch events duplicated', 'watches dropped'],
    ]);
  });

  it('make people do everything', () => {
    const operations = new Set(SEEDS.flatMap((seed) => parkPlan(seed).operations.map((operation) => operation.do)));
    expect([...operations].sort()).toEqual([
      ...[
        'cancel',
        'claw-back',
        'close-month',
        'extend',
        'freeze',
        'increase',
        'new-grant',
        'new-price',
        'resume',
        'submit',
        'suspend',
        'top-up',
        'unfreeze',
      ],
    ]);
  });
});
