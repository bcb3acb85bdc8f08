import type { components } from '#api-client';
import { eventually } from '#kernel/testing';
import { CliTestEnvironment, type Mss } from './cli-test-environment.ts';

type Loop = components['schemas']['Loops']['items'][number];

const NAMES = [
  ...['admission', 'audit-head', 'clean-up', 'company-status', 'lapses', 'last-seen', 'metering', 'month-end'],
  ...['notifications', 'orphans', 'pod-events', 'reconciliation', 'reminders', 'secrets', 'tenant-spaces', 'utilisation', 'workloads'],
];

describe('mss loops', () => {
  let environment: CliTestEnvironment;
  let operator: Mss;
  beforeAll(async () => {
    environment = await CliTestEnvironment.start();
    operator = await environment.official('operator', 'operator');
  });
  afterAll(async () => {
    await environment.stop();
  });

  /** Asks until `isRight` of the loops. */
  const loopsOnce = async (what: string, isRight: (loops: Map<string, Loop>) => boolean): Promise<Map<string, Loop>> => {
    const look = async (): Promise<Map<string, Loop>> => {
      const { code, out, err } = await operator(['loops', '-o', 'json']);
      if (code !== 0) throw new Error(err);
      return new Map((JSON.parse(out) as Loop[]).map((loop) => [loop.name, loop]));
    };
    return await eventually(what, look, isRight);
  };

  it('shows every loop with its leader, last turn and next turn', async () => {
    const loops = await loopsOnce('a turn of every loop', (seen) => NAMES.every((name) => seen.get(name)?.nextTurnAt != null));
    expect([...loops.keys()]).toEqual(NAMES);
    for (const { leader, term, failures } of loops.values()) {
      expect(leader).toContain(`/${process.pid}`);
      expect({ term, failures }).toEqual({ term: 1, failures: 0 });
    }
    expect(loops.get('lapses')).toMatchObject({ kind: 'cron', timing: '0 * * * * *' });
    expect(loops.get('orphans')).toMatchObject({ kind: 'interval', timing: 'every 600 s' });
    expect(loops.get('admission')).toMatchObject({
      ...{ kind: 'event', timing: 'on queue, companies, funds, holds, freed pods, nodes; at least every 5 s' },
    });
  });

  it('shows a loop that fails with what it says, and no failure once it succeeds again', async () => {
    environment.cluster.faults.apiDown(600_000);
    const failed = await loopsOnce('a failure of last-seen', (seen) => (seen.get('last-seen')?.failures ?? 0) > 0);
    expect(failed.get('last-seen')?.lastFailure).not.toBe('');
    environment.cluster.faults.apiUp();
    const mended = await loopsOnce('a success of last-seen', (seen) => seen.get('last-seen')?.failures === 0);
    expect(mended.get('last-seen')?.lastFailureAt).not.toBeNull();
  });

  it('is refused to who does not operate the park', async () => {
    const finance = await environment.official('finance', 'finance');
    expect((await finance(['loops'])).code).toBe(3);
  });

  it('shows no leader once the controller has stopped', async () => {
    await environment.controller.close();
    const loops = await loopsOnce('no leader', (seen) => [...seen.values()].every(({ leader }) => leader === null));
    expect(loops.size).toBe(NAMES.length);
  });
});
