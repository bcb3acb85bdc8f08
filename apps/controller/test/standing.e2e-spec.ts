import { systemActor } from '#audit';
import { MailServer } from '#identity/testing';
import { accounts } from '#ledger';
import { type Company, CompaniesService, type CompanyStatus } from '#tenancy';
import { ControllerWorld } from './controller-world.ts';

const administrator = systemActor('administrator');

describe('the effects of a company’s standing on its jobs', () => {
  let post: MailServer;
  let world: ControllerWorld;

  beforeAll(async () => {
    post = await MailServer.start();
    world = await ControllerWorld.start({
      settings: { drainNoticeSeconds: 60 },
      mail: { publicUrl: 'http://localhost', smtpUrl: post.url, mailFrom: 'park@example.com' },
    });
  });
  afterAll(async () => {
    await world.stop();
    await post.stop();
  });

  const setStatus = async (tenantId: string, status: CompanyStatus): Promise<Company> =>
    await world.database.transactions.run(async (tx) => {
      const { version } = await world.get(CompaniesService).get(tx, tenantId);
      return await world.get(CompaniesService).setStatus(tx, administrator, tenantId, { status, reason: '欠费' }, version);
    });
  const ownerOf = async (tenantId: string): Promise<string> => {
    const email = `${tenantId}@example.com`;
    await world.owner.query(`INSERT INTO app_user (id, email, name, created_at, updated_at) VALUES ($1, $2, '林', now(), now())`, [
      `user_${tenantId}`,
      email,
    ]);
    await world.owner.query(`INSERT INTO member (company_id, user_id, role, since) VALUES ($1, $2, 'owner', now())`, [
      tenantId,
      `user_${tenantId}`,
    ]);
    return email;
  };
  const kinds = async (id: string) => (await world.events(id)).map(({ kind }) => kind);

  it('warns a suspended company, drains what it runs, admits nothing, and resumes by itself when it is active again', async () => {
    const tenantId = await world.funds.company(100_000_000n);
    const email = await ownerOf(tenantId);
    const running = await world.submit(tenantId, '20m', { checkpoint: { grace: '20s', resume: 'auto' } });
    const byHand = await world.submit(tenantId, '20m', { checkpoint: { grace: '20s', resume: 'manual' } });
    await world.until(running, 'Running');
    await world.until(byHand, 'Running');
    const suspended = await setStatus(tenantId, 'suspended');
    await expect(world.submit(tenantId)).rejects.toMatchObject({ code: 'company.suspended' });

    const drained = await world.until(running, 'Suspended');
    await world.until(byHand, 'Suspended');
    expect(drained).toMatchObject({ stopReason: 'company suspended', exit: { reason: 'company suspended' } });
    expect(await kinds(running.id)).toEqual([
      ...['submitted', 'admitted', 'created', 'started', 'drain-warning', 'stop-requested', 'stopped'],
    ]);
    const [warning, stop] = (await world.events(running.id)).filter(({ kind }) => kind === 'drain-warning' || kind === 'stop-requested');
    expect(warning).toMatchObject({ reason: 'company suspended', data: { since: suspended.statusSince.toISOString() } });
    expect(stop!.at.getTime() - suspended.statusSince.getTime()).toBeGreaterThanOrEqual(59_000);
    expect(await world.funds.balance(accounts.walletHeld(tenantId))).toBe(0n);
    const told = await world.eventually(
      () => Promise.resolve(post.letters.filter(({ to }) => to === email)),
      (found) => found.length > 0,
    );
    expect(told.map(({ text }) => [text.includes(running.id), text.includes(byHand.id)])).toEqual([[true, true]]);

    await setStatus(tenantId, 'active');
    await world.until(running, 'Running');
    expect((await world.job(byHand.id)).state).toBe('Suspended');
  });

  it('lets what waits wait, and says why', async () => {
    const tenantId = await world.funds.company(100_000_000n);
    // Each takes all nodes of its class: the second waits for the first.
    await world.submit(tenantId, '20m', { replicas: 4, gpusPerReplica: 8 });
    const job = await world.submit(tenantId, '20m', { replicas: 4, gpusPerReplica: 8 });
    await setStatus(tenantId, 'graduated');
    const { waiting } = await world.eventually(
      () => world.job(job.id),
      ({ waiting: reason }) => reason?.reason === 'paused tenant',
    );
    expect(waiting?.detail).toContain('graduated');
  });

  it('drains a graduated company, whose grants lapse back to their programme (F8)', async () => {
    const tenantId = await world.funds.company();
    const grantId = await world.funds.grant(tenantId, 10_000_000n, { unit: 'GPU_SECONDS' });
    const job = await world.submit(tenantId, '20m', { checkpoint: { grace: '20s', resume: 'auto' } });
    await world.until(job, 'Running');
    await setStatus(tenantId, 'graduated');
    const drained = await world.until(job, 'Suspended');
    expect(drained.stopReason).toBe('company graduated');
    await world.eventually(
      () => world.funds.balance(accounts.grantAvailable(grantId)),
      (left) => left === 0n,
    );
    expect(await world.funds.balance(accounts.grantHeld(grantId))).toBe(0n);
  });
});
