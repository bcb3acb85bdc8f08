import { setTimeout as sleep } from 'node:timers/promises';
import { ScaledTestEnvironment } from './scaled-test-environment.ts';

describe('the HTTP port of a controller', () => {
  let environment: ScaledTestEnvironment;
  let url: string;
  beforeAll(async () => {
    environment = await ScaledTestEnvironment.start();
    url = await environment.startListening();
  });
  afterAll(async () => {
    await environment.stop();
  });

  /** Asks `path` until `isRight` of the answer. */
  const answerOnce = async (path: string, isRight: (status: number, text: string) => boolean): Promise<string> => {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const answer = await fetch(`${url}/${path}`);
      const text = await answer.text();
      if (isRight(answer.status, text)) return text;
      if (Date.now() > deadline) throw new Error(`waited 30 s for ${path}, and saw ${answer.status} ${text}`);
      await sleep(100);
    }
  };

  it('answers probes: alive at once, ready while database and cluster answer', async () => {
    await answerOnce('healthz', (status) => status === 200);
    await answerOnce('readyz', (status) => status === 200);
    environment.cluster.faults.apiDown(600_000);
    expect(await answerOnce('readyz', (status) => status === 503)).toContain('cluster');
    await answerOnce('healthz', (status) => status === 200);
    environment.cluster.faults.apiUp();
    await answerOnce('readyz', (status) => status === 200);
  });

  it('shows Prometheus the turns of every loop, who leads, the queue and the pods, and nothing of a tenant', async () => {
    const tenantId = await environment.funds.company(10_000_000n);
    const job = await environment.submit(tenantId, '30m');
    await environment.until(job, 'Running');
    const text = await answerOnce('metrics', (status, seen) => status === 200 && seen.includes('speedspace_jobs{state="Running"} 1'));
    expect(text).toContain('speedspace_jobs{state="Queued"} 0');
    expect(text).toMatch(/speedspace_pods_watched 2\n/);
    for (const loop of ['admission', 'metering', 'lapses', 'orphans']) {
      expect(text).toContain(`speedspace_loop_leader{loop="${loop}"} 1`);
      expect(text).toMatch(new RegExp(`speedspace_loop_turn_duration_seconds_count\\{loop="${loop}",outcome="success"\\} [1-9]`));
      expect(text).toMatch(new RegExp(`speedspace_loop_last_success_timestamp_seconds\\{loop="${loop}"\\} [1-9]`));
      expect(text).toMatch(new RegExp(`speedspace_loop_lag_seconds\\{loop="${loop}"\\} \\d`));
    }
    expect(text).not.toContain(tenantId);
    expect(text).not.toContain(job.id);
  });
});
