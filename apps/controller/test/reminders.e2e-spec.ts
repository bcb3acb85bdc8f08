import { MailServer } from '#notifications/testing';
import { lin, owner, ParkTestEnvironment, person, reviewer, zhao } from '#applications/testing';
import { ManualTestEnvironment } from './manual-test-environment.ts';

const DAY = 86_400;

describe('reminders of applications that wait', () => {
  const insider = person('insider');
  let mail: MailServer;
  let environment: ManualTestEnvironment;
  let park: ParkTestEnvironment;

  beforeAll(async () => {
    mail = await MailServer.start();
    environment = await ManualTestEnvironment.start({
      turns: ['reminders', 'notifications'],
      mail: { publicUrl: 'https://park.example', smtpUrl: mail.url, mailFrom: 'park@example.com' },
    });
    park = ParkTestEnvironment.over(environment.database.transactions);
    const roles = [
      [reviewer, 'reviewer'],
      [reviewer, 'administrator'],
      ...[lin, zhao, insider].map((who) => [who, 'administrator'] as const),
    ] as const;
    for (const { id, name } of new Set([owner, ...roles.map(([who]) => who)])) {
      await environment.owner.query(
        `INSERT INTO app_user (id, email, name, email_proven_at, email_proven_by, created_at, updated_at) VALUES ($1, $2, $3, now(), 'operator', now(), now())`,
        [id, `${name}@example.com`, name],
      );
    }
    for (const [{ id }, role] of roles) await environment.owner.query('INSERT INTO user_role (user_id, role) VALUES ($1, $2)', [id, role]);
  });
  afterAll(async () => {
    await environment.stop();
    await mail.stop();
  });

  const history = async (id: string) =>
    (await park.applications.events(environment.database.transactions.reader, id)).map(({ action }) => action);

  it('go once to those who may take the step: by role, with no part in it and no place in the company', async () => {
    const tenantId = await park.company();
    await environment.database.transactions.run((tx) => park.members.add(tx, lin, tenantId, { userId: insider.id, role: 'engineer' }));
    const programme = await park.programme(1_000_000n, { decisionDays: 1 });
    const { id } = await park.recommended(programme.id, tenantId, 1_000n);
    await environment.leap(7 * DAY);
    expect(mail.messages.map(({ to }) => to).sort()).toEqual(['lin@example.com', 'zhao@example.com']);
    expect(mail.messages[0]?.text).toContain(`https://park.example/applications/${id}`);
    expect(await history(id)).toEqual(['created', 'submitted', 'recommended', 'overdue']);

    // Another step of another application is reminded of, and nobody hears of the first again.
    const second = await park.recommended(programme.id, await park.company(), 1_000n);
    await environment.leap(60);
    expect(mail.messages.filter(({ text }) => text.includes(second.id))).toHaveLength(3);
    expect(mail.messages.filter(({ text }) => text.includes(id)).length).toBe(2);
    expect(await history(id)).toEqual(['created', 'submitted', 'recommended', 'overdue']);
  });
});
