import { systemActor } from '#audit';
import { MailServer } from '#notifications/testing';
import { accounts } from '#ledger';
import { type Company, CompaniesService, type CompanyStatus } from '#tenancy';
import { ManualTestEnvironment, TURNS_OF_JOBS } from './manual-test-environment.ts';

const administrator = systemActor('administrator');

describe('the effects of a company’s standing on its jobs', () => {
  let post: MailServer;
  let environment: ManualTestEnvironment;

  beforeAll(async () => {
    post = await MailServer.start();
    environment = await ManualTestEnvironment.start({
      turns: [...TURNS_OF_JOBS, 'company-status', 'notifications', 'lapses'],
      settings: { drainNoticeSeconds: 60 },
      mail: { publicUrl: 'http://localhost', smtpUrl: post.url, mailFrom: 'park@example.com' },
    });
  });
  afterAll(async () => {
    await environment.stop();
    await post.stop();
  });

  const setStatus = async (tenantId: string, status: CompanyStatus): Promise<Company> =>
    await environment.database.transactions.run(async (tx) => {
      const { version } = await environment.get(CompaniesService).get(tx, tenantId);
      return await environment.get(CompaniesService).setStatus(tx, administrator, tenantId, { status, reason: '欠费' }, version);
    });
  const ownerOf = async (tenantId: string): Promise<string> => {
    const email = `${tenantId}@example.com`;
    await environment.owner.query(`INSERT INTO app_user (id, email, name, created_at, updated_at) VALUES ($1, $2, '林', now(), now())`, [
      `user_${tenantId}`,
      email,
    ]);
    await environment.owner.query(`INSERT INTO member (company_id, user_id, role, since) VALUES ($1, $2, 'owner', now())`, [
      tenantId,
      `user_${tenantId}`,
    ]);
    return email;
  };
  const kinds = async (id: string) => (await environment.events(id)).map(({ kind }) => kind);

  it('warns a suspended company, drains what it runs, admits nothing, and resumes by itself when it is active again', async () => {
    const tenantId = await environment.funds.company(100_000_000n);
    const email = await ownerOf(tenantId);
    const running = await environment.submit(tenantId, '20m', { checkpoint: { grace: '20s', resume: 'auto' } });
    const byHand = await environment.submit(tenantId, '20m', { checkpoint: { grace: '20s', resume: 'manual' } });
    await environment.until(running, 'Running');
    await environment.until(byHand, 'Running');
    const suspended = await setStatus(tenantId, 'suspended');
    await expect(environment.submit(tenantId)).rejects.toMatchObject({ code: 'company.suspended' });

    const drained = await environment.until(running, 'Suspended');
    await environment.until(byHand, 'Suspended');
    expect(drained).toMatchObject({ stopReason: 'company suspended', exit: { reason: 'company suspended' } });
    expect(await kinds(running.id)).toEqual([
      ...['submitted', 'admitted', 'created', 'started', 'drain-warning', 'stop-requested', 'stopped'],
    ]);
    const [warning, stop] = (await environment.events(running.id)).filter(
      ({ kind }) => kind === 'drain-warning' || kind === 'stop-requested',
    );
    expect(warning).toMatchObject({ reason: 'company suspended', data: { since: suspended.statusSince.toISOString() } });
    expect(stop!.at.getTime() - suspended.statusSince.getTime()).toBe(60_000);
    expect(await environment.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
    const told = await environment.eventually(
      () => Promise.resolve(post.messages.filter(({ to }) => to === email)),
      (found) => found.length > 0,
    );
    expect(told.map(({ text }) => [text.includes(running.id), text.includes(byHand.id)])).toEqual([[true, true]]);

    await setStatus(tenantId, 'active');
    await environment.until(running, 'Running');
    expect((await environment.job(byHand.id)).state).toBe('Suspended');
  });

  it('lets what waits wait, and says why', async () => {
    const tenantId = await environment.funds.company(100_000_000n);
    // Each takes all nodes of its class: the second waits for the first.
    await environment.submit(tenantId, '20m', { replicas: 4, gpusPerReplica: 8 });
    const job = await environment.submit(tenantId, '20m', { replicas: 4, gpusPerReplica: 8 });
    await setStatus(tenantId, 'graduated');
    const { waiting } = await environment.eventually(
      () => environment.job(job.id),
      ({ waiting: reason }) => reason?.reason === 'paused tenant',
    );
    expect(waiting?.detail).toContain('graduated');
  });

  it('drains a graduated company, whose grants lapse back to their programme (F8)', async () => {
    const tenantId = await environment.funds.company();
    const grantId = await environment.funds.grant(tenantId, 10_000_000n, { unit: 'GPU_SECONDS' });
    const job = await environment.submit(tenantId, '20m', { checkpoint: { grace: '20s', resume: 'auto' } });
    await environment.until(job, 'Running');
    await setStatus(tenantId, 'graduated');
    const drained = await environment.until(job, 'Suspended');
    expect(drained.stopReason).toBe('company graduated');
    await environment.eventually(
      () => environment.funds.balance(accounts.grantAvailable(grantId)),
      (left) => left === 0n,
    );
    expect(await environment.funds.balance(accounts.grantHeld(grantId))).toBe(0n);
  });
});
