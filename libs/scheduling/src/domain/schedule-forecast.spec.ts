import { gang, job, node, now, snapshot } from '../testing/some-cycle.ts';
import { limitKey } from './limit-tree.ts';
import { DEFAULT_POLICY } from './queue.ts';
import { isImpossible, type ScheduleChange, withChanges } from './schedule-changes.ts';
import { followedJobs, forecastSchedule, type ScheduleForecast } from './schedule-forecast.ts';
import type { CycleInput } from './start-outlook.ts';

const DAY = 86_400;

function inputOf(given: Partial<CycleInput>): CycleInput {
  return { queue: [], snapshot: snapshot([node('n1')]), usage: new Map(), policy: DEFAULT_POLICY, now, ...given };
}

function forecast(input: CycleInput, changes: readonly ScheduleChange[] = []): ScheduleForecast {
  const changed = withChanges(input, changes);
  if (isImpossible(changed)) throw new Error(changed.detail);
  return forecastSchedule(changed, followedJobs(input), now + DAY);
}

const starts = ({ starts: found }: ScheduleForecast): [string, number | undefined][] =>
  [...found].map(([id, at]) => [id, at === undefined ? undefined : at - now]);

describe('the forecast of a schedule', () => {
  const queue = [1, 2, 3].map((n) => job(`j${n}`, 1, 8, { queuedAt: now - 100 + n }));
  const full = inputOf({ queue, snapshot: snapshot([node('n1')], [gang('running/1', ['n1'], 8, 600)]) });

  it('starts one job after the other as the running ones end, to within a step', () => {
    const found = starts(forecast(full));
    expect(found.map(([id]) => id)).toEqual(['j1', 'j2', 'j3']);
    for (const [index, [, at]] of found.entries()) {
      const ends = 600 + index * 3_600;
      expect(at).toBeGreaterThanOrEqual(ends);
      expect(at).toBeLessThan(ends + 3 * Math.ceil(DAY / 2_000));
    }
  });

  it('says what is in use of what the nodes have', () => {
    const { usedGpuSeconds, availableGpuSeconds } = forecast(full).classes.get('h800')!;
    expect(usedGpuSeconds).toBe(8 * (600 + 3 * 3_600));
    expect(availableGpuSeconds).toBe(8 * DAY);
  });

  it('starts jobs at once on more nodes, and none on fewer', () => {
    expect(starts(forecast(full, [{ kind: 'nodes', gpuClass: 'h800', count: 3 }]))).toEqual([
      ['j1', 0],
      ['j2', 0],
      ['j3', 0],
    ]);
    expect(starts(forecast(full, [{ kind: 'nodes', gpuClass: 'h800', count: -1 }])).map(([, at]) => at)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('starts jobs where a limit is raised, and not where it is lowered', () => {
    const limits = new Map([[limitKey('t1', 'h800'), { share: null, maxGpus: 0 }]]);
    const limited = inputOf({ queue: [job('j1', 1, 8)], policy: { ...DEFAULT_POLICY, limits: { groupOf: new Map(), limits } } });
    const limit = (owner: string, maxGpus: number | null): ScheduleChange => ({ kind: 'limit', owner, gpuClass: 'h800', maxGpus });
    expect(starts(forecast(limited))).toEqual([['j1', undefined]]);
    expect(starts(forecast(limited, [limit('t1', 8)]))).toEqual([['j1', 0]]);
    expect(starts(forecast(limited, [limit('t1', null), limit('park', 7)]))).toEqual([['j1', undefined]]);
  });

  it('opens a node as after its maintenance, and closes another', () => {
    const closed = inputOf({ queue: [job('j1', 1, 8)], snapshot: snapshot([node('n1', 8, { openTo: [] })]) });
    expect(starts(forecast(closed))).toEqual([['j1', undefined]]);
    expect(starts(forecast(closed, [{ kind: 'open', node: 'n1' }]))).toEqual([['j1', 0]]);
    expect(
      starts(
        forecast(closed, [
          { kind: 'open', node: 'n1' },
          { kind: 'close', node: 'n1' },
        ]),
      ),
    ).toEqual([['j1', undefined]]);
  });

  it('leaves a job without funds in the queue, and lets one start whose pause ends', () => {
    const poor = job('poor', 1, 1, { inadmissible: { reason: 'funds', detail: '¥3.00 short.' } });
    const pausing = job('pausing', 1, 1, { inadmissible: { reason: 'back-off', detail: 'A node rejected it.' } });
    const found = new Map(starts(forecast(inputOf({ queue: [poor, pausing] }))));
    expect(found.get('poor')).toBeUndefined();
    expect(found.get('pausing')).toBeLessThan(600);
  });

  it.each<[ScheduleChange, string]>([
    [{ kind: 'nodes', gpuClass: 'h900', count: 1 }, 'schedule.unknown-class'],
    [{ kind: 'nodes', gpuClass: 'h800', count: -2 }, 'schedule.too-few-nodes'],
    [{ kind: 'open', node: 'n9' }, 'schedule.unknown-node'],
    [{ kind: 'limit', owner: 'nobody', gpuClass: 'h800', maxGpus: 1 }, 'schedule.unknown-owner'],
  ])('refuses %j', (change, code) => {
    expect(withChanges(full, [change])).toMatchObject({ code });
  });
});
