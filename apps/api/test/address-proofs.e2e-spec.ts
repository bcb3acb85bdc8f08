import { generateSync } from 'otplib';
import { MailServer, tokenIn } from '#notifications/testing';
import type { Company } from '#tenancy';
import { ApiTestEnvironment, type Call, PASSWORD } from './api-test-environment.ts';

const CFO = 'cfo@park.example';
const STRANGERS = 'lantern otter 23 gravel';
const OWN = 'harbour violin 77 cactus';

/** The token of a link that stands in an answer. */
const tokenOf = (link: string): string => link.split('#')[1] ?? '';

interface Listed {
  readonly id: string;
  readonly email: string;
  readonly emailProvenBy: string | null;
}

async function accountOf(administrator: Call, email: string): Promise<Listed> {
  const found = await administrator('GET', `/users?search=${encodeURIComponent(email)}`);
  return (found.body as { items: [Listed] }).items[0];
}

/** Somebody takes an address that is not theirs: an account made by a link that an administrator handed to the wrong person. */
async function takeAddress(environment: ApiTestEnvironment, company: Company, administrator: Call): Promise<{ call: Call; id: string }> {
  const invited = await administrator('POST', `/companies/${company.id}/invitations`, { email: CFO, role: 'engineer' });
  const token = tokenOf((invited.body as { link: string }).link);
  const accepted = await environment.call('POST', '/invitations/accept', { token, name: 'Not the CFO', password: STRANGERS });
  return { call: await environment.signIn(CFO, STRANGERS), id: (accepted.body as { userId: string }).userId };
}

describe('addresses, in a park without a mail server', () => {
  let environment: ApiTestEnvironment;
  let company: Company;
  beforeEach(async () => {
    environment = await ApiTestEnvironment.start();
    company = await environment.company();
  });
  afterEach(async () => {
    await environment.stop();
  });

  it('gives the inviter of a company no link, and changes nothing', async () => {
    const owner = await environment.person('owner', company);
    const invited = await owner.call('POST', `/companies/${company.id}/invitations`, { email: CFO, role: 'engineer' });
    expect(invited).toMatchObject({ status: 409, body: { code: 'mail.not-configured' } });
    expect(JSON.stringify(invited.body)).not.toContain('mss_inv_');
    expect((await owner.call('GET', `/companies/${company.id}/invitations`)).body).toEqual({ items: [] });
  });

  it('shows who came by a link that was handed on as unproven, and gives them no role for the park', async () => {
    const administrator = await environment.person('administrator');
    const { id, call } = await takeAddress(environment, company, administrator.call);
    expect((await call('GET', '/me')).body).toMatchObject({ emailProven: false });
    expect(await accountOf(administrator.call, CFO)).toMatchObject({ id, emailProvenBy: null });
    const members = await administrator.call('GET', `/companies/${company.id}/members`);
    expect(members.body).toMatchObject({ items: [{ email: CFO, emailProven: false }] });
    const granted = await administrator.call('PUT', `/users/${id}/roles`, { parkRoles: ['finance'] });
    expect(granted).toMatchObject({ status: 409, body: { code: 'user.unproven', errors: [{ pointer: '/parkRoles' }] } });
    expect((await call('GET', '/me')).body).toMatchObject({ parkRoles: [] });
    // The database holds it too, whatever a use case forgets.
    await expect(environment.database.owner.query(`INSERT INTO user_role (user_id, role) VALUES ($1, 'finance')`, [id])).rejects.toThrow(
      /no proven address/,
    );
  });

  it('lets an administrator answer for an address by name, on the trail, and for nobody twice or for oneself', async () => {
    const administrator = await environment.person('administrator');
    const { id } = await takeAddress(environment, company, administrator.call);
    const vouched = await administrator.call('POST', `/users/${id}/vouch`, { reason: '当面核对身份证' });
    expect(vouched).toMatchObject({ status: 200, body: { emailProvenBy: 'administrator' } });
    const again = await administrator.call('POST', `/users/${id}/vouch`, { reason: '当面核对身份证' });
    expect(again).toMatchObject({ status: 409, body: { code: 'user.proven' } });
    const oneself = await administrator.call('POST', `/users/${administrator.id}/vouch`, { reason: 'it is me' });
    expect(oneself).toMatchObject({ status: 403, body: { code: 'user.oneself' } });
    const trail = await (await environment.person('auditor')).call('GET', `/audit/events?objectId=${id}`);
    expect((trail.body as { items: unknown[] }).items).toContainEqual(
      expect.objectContaining({ action: 'user.address-proven', reason: '当面核对身份证', after: { emailProvenBy: 'administrator' } }),
    );
    await expect(
      environment.database.owner.query(`INSERT INTO user_role (user_id, role) VALUES ($1, 'auditor')`, [id]),
    ).resolves.toBeInstanceOf(Array);
  });

  it('hands on no link to an account with a role for the park, and one to another takes its proof away', async () => {
    const administrator = await environment.person('administrator');
    const finance = await environment.person('finance');
    const refused = await administrator.call('POST', `/users/${finance.id}/password-link`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'password-link.role' } });
    expect(JSON.stringify(refused.body)).not.toContain('mss_pw_');

    const engineer = await environment.person('engineer', company);
    const sent = await administrator.call('POST', `/users/${engineer.id}/password-link`);
    expect(sent).toMatchObject({ status: 201, body: { mailed: false } });
    const token = tokenOf((sent.body as { link: string }).link);
    expect((await environment.call('POST', '/auth/password', { token, password: OWN })).status).toBe(204);
    expect(await accountOf(administrator.call, engineer.email)).toMatchObject({ emailProvenBy: null });
  });
});

describe('addresses, in a park with a mail server', () => {
  let mail: MailServer;
  let environment: ApiTestEnvironment;
  let company: Company;
  beforeEach(async () => {
    mail = await MailServer.start();
    environment = await ApiTestEnvironment.start({ SMTP_URL: mail.url });
    company = await environment.company();
  });
  afterEach(async () => {
    await environment.stop();
    await mail.stop();
  });

  it('tells the inviter no link when the mailbox refuses; an administrator is given one that proves nothing', async () => {
    mail.refusing.add(CFO);
    const owner = await environment.person('owner', company);
    const invited = await owner.call('POST', `/companies/${company.id}/invitations`, { email: CFO, role: 'engineer' });
    expect(invited).toMatchObject({ status: 201, body: { mailed: true } });
    expect(JSON.stringify(invited.body)).not.toContain('mss_inv_');
    await environment.deliverMail();
    expect((await owner.call('GET', `/companies/${company.id}/invitations`)).body).toMatchObject({
      items: [{ email: CFO, mailed: false }],
    });
    const administrator = await environment.person('administrator');
    await takeAddress(environment, company, administrator.call);
    expect(await accountOf(administrator.call, CFO)).toMatchObject({ emailProvenBy: null });
  });

  it('proves an address by a mailed invitation that was used', async () => {
    const owner = await environment.person('owner', company);
    await owner.call('POST', `/companies/${company.id}/invitations`, { email: 'li@example.com', role: 'engineer' });
    await environment.deliverMail();
    const accepted = { token: tokenIn(mail.messages.at(-1)!.text), name: '李雷', password: OWN };
    await environment.call('POST', '/invitations/accept', accepted);
    const administrator = await environment.person('administrator');
    expect(await accountOf(administrator.call, 'li@example.com')).toMatchObject({ emailProvenBy: 'mail' });
  });

  it('gives roles for the park to an account whose mailed link was used', async () => {
    const administrator = await environment.person('administrator');
    const made = await administrator.call('POST', '/users', { email: 'lin@park.example', name: '林静' });
    expect(made.body).toMatchObject({ mailed: true, user: { emailProvenBy: null, parkRoles: [] } });
    await environment.deliverMail();
    await environment.call('POST', '/auth/password', { token: tokenIn(mail.messages.at(-1)!.text), password: OWN });
    expect(await accountOf(administrator.call, 'lin@park.example')).toMatchObject({ emailProvenBy: 'mail' });
  });

  it('ends all that a stranger set up when the person of the address comes by a mailed link', async () => {
    mail.refusing.add(CFO);
    const administrator = await environment.person('administrator');
    await administrator.call('POST', `/companies/${company.id}/invitations`, { email: CFO, role: 'engineer' });
    await environment.deliverMail();
    const stranger = await takeAddress(environment, company, administrator.call);
    const { secret } = (await stranger.call('POST', '/me/totp')).body as { secret: string };
    await stranger.call('POST', '/me/totp/confirm', { code: generateSync({ secret }) });
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const made = await stranger.call('POST', '/me/tokens', { name: 'ci', scopes: ['job.read'], expiresAt });
    const token = environment.bearing((made.body as { token: string }).token);
    expect((await token('GET', '/jobs')).status).toBe(200);

    mail.refusing.clear();
    expect((await administrator.call('POST', `/users/${stranger.id}/password-link`)).body).toEqual({ mailed: true });
    await environment.deliverMail();
    await environment.call('POST', '/auth/password', { token: tokenIn(mail.messages.at(-1)!.text), password: OWN });
    // Neither session, token, password nor authenticator app of the stranger is left.
    expect((await stranger.call('GET', '/me')).status).toBe(401);
    expect((await token('GET', '/jobs')).status).toBe(401);
    expect((await environment.call('POST', '/auth/sign-in', { email: CFO, password: STRANGERS })).status).toBe(401);
    expect((await (await environment.signIn(CFO, OWN))('GET', '/me')).body).toMatchObject({ emailProven: true, hasTotp: false });
  });

  it('keeps what the person of a proven address set when they forget their password', async () => {
    const { email, call } = await environment.person('finance');
    const { secret } = (await call('POST', '/me/totp')).body as { secret: string };
    await call('POST', '/me/totp/confirm', { code: generateSync({ secret, epoch: Math.floor(Date.now() / 1000) - 30 }) });
    await environment.call('POST', '/auth/password-link', { email });
    await environment.deliverMail();
    await environment.call('POST', '/auth/password', { token: tokenIn(mail.messages[0]!.text), password: OWN });
    const without = await environment.call('POST', '/auth/sign-in', { email, password: OWN });
    expect(without.body).toMatchObject({ code: 'sign-in.code-required' });
    expect((await environment.call('POST', '/auth/sign-in', { email, password: PASSWORD })).status).toBe(401);
  });
});
