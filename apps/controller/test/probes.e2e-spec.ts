import { ScaledTestEnvironment } from './scaled-test-environment.ts';

describe('the HTTP port of a controller', () => {
  let environment: ScaledTestEnvironment;
  let url: string;
  beforeAll(async () => {
    environment = await ScaledTestEnvironment.start();
    // From before the check at start.
    environment.cluster.faults.clockError(-600);
    url = await environment.startListening();
  });
  afterAll(async () => {
    await environment.stop();
  });

  /** Asks `path` until `isRight` of the answer. */
  const answerOnce = async (path: string, isRight: (status: number, text: string) => boolean): Promise<string> => {
    const look = async (): Promise<{ status: number; text: string }> => {
      const answer = await fetch(`${url}/${path}`);
      return { status: answer.status, text: await answer.text() };
    };
    return (await environment.waitFor(path, look, ({ status, text }) => isRight(status, text))).text;
  };

  it('is not ready while the clocks differ, and says so', async () => {
    expect(await answerOnce('readyz', (status, text) => status === 503 && text.includes('clock'))).toMatch(
      /The clock of the API server is \d+ s behind the clock of this process: synchronize both with NTP/,
    );
    expect(await answerOnce('metrics', (status) => status === 200)).toMatch(/speedspace_cluster_clock_error_seconds -\d{3}/);
    environment.cluster.faults.clockError(0);
    await answerOnce('readyz', (status) => status === 200);
  });

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
    expect(text).toMatch(/speedspace_metering_lag_seconds \d/);
    expect(text).toMatch(/speedspace_outbox_events_pending \d/);
    expect(text).toMatch(/speedspace_outbox_overdue_seconds \d/);
    expect(text).toContain('speedspace_month_unclosed_seconds 0\n');
    // The tests' database archives nothing.
    expect(text).not.toMatch(/^speedspace_database_log/m);
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

  it('tells how far the meter and the outbox lag behind', async () => {
    const { owner } = environment;
    const valueOf = (text: string, name: string): number => Number(new RegExp(`^speedspace_${name} (\\S+)$`, 'm').exec(text)?.[1]);
    const tenantId = await environment.funds.company(10_000_000n);
    await environment.until(await environment.submit(tenantId, '5h'), 'Running');
    await answerOnce('metrics', (_, text) => valueOf(text, 'metering_lag_seconds') < 60);
    await owner.query(`ALTER TABLE ledger_entry RENAME TO ledger_entry_away`);
    const twoHoursAgo = new Date(environment.clock.now().getTime() - 7_200_000);
    await owner.query(`INSERT INTO outbox_event (topic, key, data, next_attempt_at) VALUES ('of.nobody', '1', '{}', $1)`, [twoHoursAgo]);
    const text = await answerOnce('metrics', (_, seen) => valueOf(seen, 'metering_lag_seconds') > 120);
    expect(valueOf(text, 'outbox_overdue_seconds')).toBeGreaterThanOrEqual(7_200);
    expect(valueOf(text, 'outbox_events_pending')).toBeGreaterThan(0);
    await owner.query(`ALTER TABLE ledger_entry_away RENAME TO ledger_entry`);
    await answerOnce('metrics', (_, seen) => valueOf(seen, 'metering_lag_seconds') < 60);
  });

  it('shows what it knows itself while the database is away, and leaves out the rest', async () => {
    await environment.owner.query(`ALTER TABLE job RENAME TO job_away`);
    await answerOnce(
      'metrics',
      (status, text) => status === 200 && !/^speedspace_jobs/m.test(text) && /^speedspace_loop_leader/m.test(text),
    );
    await environment.owner.query(`ALTER TABLE job_away RENAME TO job`);
    await answerOnce('metrics', (_, text) => /^speedspace_jobs\{state="Queued"\} 0$/m.test(text));
  });
});
