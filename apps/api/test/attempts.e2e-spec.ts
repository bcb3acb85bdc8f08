import { generateSync } from 'otplib';
import { MailServer } from '#notifications/testing';
import { type Answer, ApiTestEnvironment, PASSWORD } from './api-test-environment.ts';

const from = (address: string) => ({ 'x-forwarded-for': address });
const STRANGER = from('203.0.113.7');
const refused = { status: 401, body: { code: 'sign-in.refused' } };
const closed = { status: 429, body: { code: 'credential.locked' } };

describe('wrong passwords and codes', () => {
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ TRUSTED_PROXIES: '1' });
  });
  afterAll(async () => {
    await environment.stop();
  });

  const signIn = (email: string, password: string, headers: Record<string, string>): Promise<Answer> =>
    environment.call('POST', '/auth/sign-in', { email, password }, headers);

  async function failFromStranger(email: string): Promise<void> {
    for (let n = 0; n < 5; n += 1) expect(await signIn(email, 'wrong', STRANGER)).toMatchObject(refused);
  }

  async function trailOf(actorId: string): Promise<string[]> {
    const { call } = await environment.person('auditor');
    const found = await call('GET', `/audit/events?actorId=${actorId}&limit=200`);
    return (found.body as { items: { action: string; reason: string }[] }).items.map(({ action, reason }) => `${action}: ${reason}`);
  }

  it('close an account for the network they come from, and for nobody else', async () => {
    const { email } = await environment.person('finance');
    await failFromStranger(email);
    expect(await signIn(email, PASSWORD, STRANGER)).toMatchObject(refused);
    expect((await signIn(email, PASSWORD, from('198.51.100.1'))).status).toBe(200);
    // Who signs in elsewhere does not open it for the stranger.
    expect(await signIn(email, PASSWORD, STRANGER)).toMatchObject(refused);
  });

  it('close it until an administrator opens it', async () => {
    const administrator = await environment.person('administrator');
    const { email, id } = await environment.person('finance');
    await failFromStranger(email);
    expect((await administrator.call('POST', `/users/${id}/unlock`)).status).toBe(204);
    expect((await signIn(email, PASSWORD, STRANGER)).status).toBe(200);
    expect(await trailOf(administrator.id)).toContainEqual('user.unlocked: null');
  });

  it('from many networks at once close it for those from which it was never signed in to', async () => {
    const { email } = await environment.person('finance');
    const home = from('198.51.100.9');
    expect((await signIn(email, PASSWORD, home)).status).toBe(200);
    await environment.database.owner.query(
      `INSERT INTO failed_attempt (account, network, failures, last_at) SELECT sha256(convert_to($1, 'UTF8')), '192.0.2.' || n, 4, now()
       FROM generate_series(1, 25) n`,
      [email],
    );
    expect(await signIn(email, PASSWORD, from('198.51.100.10'))).toMatchObject(refused);
    expect((await signIn(email, PASSWORD, home)).status).toBe(200);
  });

  it('are counted and recorded for an address without an account as for one with, and what was typed is not kept', async () => {
    const { email } = await environment.person('finance');
    const stranger = from('203.0.113.99');
    const nobody = 'nobody.at.all@example.com';
    for (const address of [email, nobody]) {
      for (let n = 0; n < 6; n += 1) await signIn(address, 'wrong', stranger);
    }
    const counted = await environment.database.owner.query<{ failures: number; locked: boolean }[]>(
      `SELECT failures, locked_until > now() AS locked FROM failed_attempt WHERE network = '203.0.113.99'`,
    );
    expect(counted).toEqual([
      { failures: 5, locked: true },
      { failures: 5, locked: true },
    ]);
    const told = await trailOf('sign-in');
    expect(told.filter((line) => line === 'sign-in.refused: no such account')).toHaveLength(5);
    expect(told).toContain('sign-in.refused: locked after failed attempts');
    const kept = await environment.database.owner.query<unknown[]>(`SELECT * FROM audit_event WHERE actor_id = 'sign-in'`);
    expect(JSON.stringify(kept)).not.toContain(nobody);
  });

  it('within a session are counted, recorded and closed to: the code of the authenticator app', async () => {
    const { call, id } = await environment.person('administrator');
    const { secret } = (await call('POST', '/me/totp')).body as { secret: string };
    const now = Math.floor(Date.now() / 1000);
    await call('POST', '/me/totp/confirm', { code: generateSync({ secret, epoch: now - 30 }) });
    const remove = (code: string) => call('DELETE', '/me/totp', { code });
    for (let n = 0; n < 5; n += 1) expect((await remove('000000')).body).toMatchObject({ code: 'totp.code-refused' });
    expect(await remove(generateSync({ secret, epoch: now }))).toMatchObject(closed);
    expect((await call('GET', '/me')).body).toMatchObject({ hasTotp: true });
    expect((await trailOf(id)).filter((line) => line.startsWith('credential.refused'))).toEqual([
      ...Array<string>(5).fill('credential.refused: wrong code'),
      'credential.refused: locked after failed attempts',
    ]);
  });

  it('within a session are counted, recorded and closed to: the present password', async () => {
    const { call, id, email } = await environment.person('auditor');
    const change = (present: string) => call('PUT', '/me/password', { present, password: 'harbour violin 77 cactus' });
    for (let n = 0; n < 5; n += 1) expect((await change('wrong')).body).toMatchObject({ code: 'password.wrong' });
    expect(await change(PASSWORD)).toMatchObject(closed);
    expect(await trailOf(id)).toContain('credential.refused: wrong password');
    // The sign-in counts the same failures.
    expect(await signIn(email, PASSWORD, from('127.0.0.1'))).toMatchObject(refused);
  });
});

describe('mails that people ask for', () => {
  let mail: MailServer;
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    mail = await MailServer.start();
    environment = await ApiTestEnvironment.start({
      SMTP_URL: mail.url,
      TRUSTED_PROXIES: '1',
      MAILS_PER_ADDRESS: '3',
      MAILS_PER_REQUESTER: '4',
    });
  });
  afterAll(async () => {
    await environment.stop();
    await mail.stop();
  });

  it('are bounded by address, whoever asks, and what is said does not tell', async () => {
    const [{ email }, other] = [await environment.person('finance'), await environment.person('finance')];
    for (let n = 0; n < 5; n += 1) {
      expect((await environment.call('POST', '/auth/password-link', { email }, from(`192.0.2.${n + 1}`))).status).toBe(204);
    }
    await environment.call('POST', '/auth/password-link', { email: other.email }, from('192.0.2.100'));
    await environment.deliverMail();
    expect(mail.messages.map(({ to }) => to).sort()).toEqual([...Array<string>(3).fill(email), other.email].sort());
  });

  it('are bounded by requester: an owner who invites the whole world is told to wait', async () => {
    const company = await environment.company();
    const owner = await environment.person('owner', company);
    const invite = (n: number) =>
      owner.call('POST', `/companies/${company.id}/invitations`, { email: `victim.${n}@example.com`, role: 'engineer' });
    const before = mail.messages.length;
    for (let n = 0; n < 4; n += 1) expect((await invite(n)).status).toBe(201);
    expect(await invite(5)).toMatchObject({ status: 429, body: { code: 'mail.too-many' } });
    await environment.deliverMail();
    expect(mail.messages).toHaveLength(before + 4);
  });
});
