import { MailServer, tokenIn } from '#notifications/testing';
import { ApiTestEnvironment } from './api-test-environment.ts';

describe('invitations', () => {
  let mail: MailServer;
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    mail = await MailServer.start();
    environment = await ApiTestEnvironment.start({ SMTP_URL: mail.url });
  });
  afterAll(async () => {
    await environment.stop();
    await mail.stop();
  });

  it('bring a new person into a company by a mailed link, once', async () => {
    const company = await environment.company('云帆智算');
    const owner = await environment.person('owner', company);
    const invited = await owner.call('POST', `/companies/${company.id}/invitations`, { email: 'Li.Lei@Example.com', role: 'engineer' });
    expect(invited).toMatchObject({ status: 201, body: { email: 'li.lei@example.com', mailed: true } });
    expect(invited.body).not.toHaveProperty('link');
    await environment.deliverMail();
    const invitation = mail.messages.at(-1)!;
    expect(invitation.source).toMatch(/^To: li\.lei@example\.com$/m);
    const token = tokenIn(invitation.text);
    expect((await environment.call('POST', '/invitations/view', { token })).body).toEqual({
      companyName: '云帆智算',
      email: 'li.lei@example.com',
      role: 'engineer',
      hasAccount: false,
    });
    const person = { token, name: '李雷', password: 'bamboo station 9 ripple' };
    expect((await environment.call('POST', '/invitations/accept', { ...person, password: 'short' })).body).toMatchObject({
      code: 'password.short',
    });
    expect((await environment.call('POST', '/invitations/accept', person)).status).toBe(201);
    expect((await environment.call('POST', '/invitations/accept', person)).body).toMatchObject({ status: 422, code: 'invitation.refused' });
    const call = await environment.signIn('li.lei@example.com', person.password);
    expect((await call('GET', '/me')).body).toMatchObject({ roles: ['engineer'], companyId: company.id });
    const members = await owner.call('GET', `/companies/${company.id}/members`);
    expect((members.body as { items: { name: string }[] }).items.map((member) => member.name)).toEqual(['The owner', '李雷']);
  });

  it('let one person belong to several companies, and choose by X-Company', async () => {
    const [first, second] = [await environment.company('甲'), await environment.company('乙')];
    const engineer = await environment.person('engineer', first);
    const owner = await environment.person('owner', second);
    await owner.call('POST', `/companies/${second.id}/invitations`, { email: engineer.email, role: 'owner' });
    await environment.deliverMail();
    const token = tokenIn(mail.messages.at(-1)!.text);
    expect((await owner.call('POST', '/me/invitations', { token })).body).toMatchObject({ status: 403, code: 'invitation.other-address' });
    expect((await engineer.call('POST', '/me/invitations', { token })).status).toBe(204);
    expect((await engineer.call('GET', '/companies')).body).toMatchObject({ status: 403, code: 'company.not-chosen' });
    const asSecond = await engineer.call('GET', '/me', undefined, { 'x-company': second.slug });
    expect(asSecond.body).toMatchObject({ roles: ['owner'], companyId: second.id });
    expect((await engineer.call('GET', `/companies/${first.id}`, undefined, { 'x-company': second.id })).status).toBe(404);
    const third = await environment.company('丙');
    expect((await engineer.call('GET', '/me', undefined, { 'x-company': third.id })).body).toMatchObject({ code: 'company.not-yours' });
  });

  it('keep an owner in every company', async () => {
    const company = await environment.company();
    const owner = await environment.person('owner', company);
    const leave = await owner.call('DELETE', `/companies/${company.id}/members/${owner.id}`);
    expect(leave).toMatchObject({ status: 409, body: { code: 'member.last-owner' } });
  });

  it('let a graduated company read and not act', async () => {
    const company = await environment.company();
    const owner = await environment.person('owner', company);
    const administrator = await environment.person('administrator');
    await administrator.call('PUT', `/companies/${company.id}/status`, { status: 'graduated', reason: '期满' }, { 'if-match': '"1"' });
    expect((await owner.call('GET', `/companies/${company.id}`)).body).toMatchObject({ status: 'graduated', statusReason: '期满' });
    const act = await owner.call('POST', `/companies/${company.id}/invitations`, { email: 'x@example.com', role: 'engineer' });
    expect(act).toMatchObject({ status: 403, body: { code: 'company.graduated' } });
  });

  it('send somebody who forgot their password a link, and nobody anything for an unknown address', async () => {
    const { email } = await environment.person('finance');
    const before = mail.messages.length;
    const answers = [
      await environment.call('POST', '/auth/password-link', { email: 'nobody@example.com' }),
      await environment.call('POST', '/auth/password-link', { email }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([204, 204]);
    await environment.deliverMail();
    const link = mail.messages[before]!;
    expect([link.to, mail.messages.length]).toEqual([email, before + 1]);
    const choice = { token: tokenIn(link.text), password: 'granite otter 51 window' };
    expect((await environment.call('POST', '/auth/password', choice)).status).toBe(204);
    expect((await environment.call('POST', '/auth/password', choice)).body).toMatchObject({ code: 'password-link.refused' });
    await environment.signIn(email, choice.password);
  });
});
