import { createHash } from 'node:crypto';
import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DatabaseModule, databaseSettings, recordEvent, Transactions } from '#database';
import { TestDatabase } from '#database/testing';
import { PASSWORD_LINK_ASKED } from '#identity';
import { Clock, ManualClock, SystemClock } from '#kernel';
import type { Channel, OutgoingMessage, SendOutcome } from './channels/channel.ts';
import { MailChannel } from './channels/mail.channel.ts';
import type { RunFenced } from './fenced-transactions.ts';
import { DeliveryClock } from './notification-settings.ts';
import { NotificationsModule } from './notifications.module.ts';
import { NotificationsService } from './notifications.service.ts';
import { MailServer, tokenIn } from './testing/index.ts';

const MINUTE_MS = 60_000;

@Module({})
class Time {}

/** Stops where a process that dies would: after the mail server took a message and before that is written. */
class DyingAfterAcceptance implements Channel {
  readonly name = 'mail';
  readonly isConfigured = true;
  dies = false;

  constructor(private readonly mail: MailChannel) {}

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    const outcome = await this.mail.send(message);
    if (this.dies) throw new Error('the process died');
    return outcome;
  }
}

interface DeliveryRow {
  readonly recipient: string;
  readonly state: string;
  readonly attempts: number;
  readonly body: string | null;
  readonly failure: string | null;
}

describe('notifications', () => {
  let database: TestDatabase;
  let mail: MailServer;
  let app: TestingModule;
  let clock: ManualClock;
  let channel: DyingAfterAcceptance;
  let run: RunFenced;
  let people = 0;

  async function startApp(smtpUrl: string): Promise<TestingModule> {
    const settings = { publicUrl: 'https://park.example', smtpUrl, mailFrom: 'park@example.com' };
    const started = await Test.createTestingModule({
      imports: [
        { module: Time, global: true, providers: [{ provide: Clock, useClass: SystemClock }], exports: [Clock] },
        DatabaseModule.forRoot(databaseSettings(database.url)),
        NotificationsModule.forRoot(settings),
      ],
    })
      .overrideProvider(DeliveryClock)
      .useValue(clock)
      .overrideProvider(MailChannel)
      .useValue((channel = new DyingAfterAcceptance(new MailChannel(settings))))
      .compile();
    started.useLogger(process.env.SHOW_LOG === undefined ? false : console);
    await started.init();
    const transactions = started.get(Transactions, { strict: false });
    run = (work) => transactions.run(work);
    return started;
  }

  beforeEach(async () => {
    database = await TestDatabase.create();
    mail = await MailServer.start();
    // Events are recorded in the database's own time, which is that of this machine.
    clock = new ManualClock(new Date(Date.now() + MINUTE_MS));
    app = await startApp(mail.url);
  });
  afterEach(async () => {
    await app.close();
    await mail.stop();
    await database.drop();
  });

  const turn = () => app.get(NotificationsService).turn(run);
  const rows = () =>
    database.owner.query<DeliveryRow[]>(
      `SELECT recipient, state, attempts, body, failure FROM notification_delivery ORDER BY created_at, id`,
    );
  /** Somebody with an account, whose address the mail is for. */
  const person = async (): Promise<{ id: string; email: string }> => {
    people += 1;
    const [id, email] = [`user_${people}`, `person.${people}@example.com`];
    await database.owner.query(
      `INSERT INTO app_user (id, email, name, email_proven_at, email_proven_by, created_at, updated_at)
       VALUES ($1, $2, '林静', now(), 'operator', now(), now())`,
      [id, email],
    );
    return { id, email };
  };
  const ask = (userId: string, key = `of ${userId}`) =>
    database.transactions.run((tx) => recordEvent(tx, PASSWORD_LINK_ASKED, { key, data: { userId } }));

  it('sends what is recorded in a transaction once, in both languages, and nothing of a transaction that failed', async () => {
    const { id, email } = await person();
    await ask(id);
    await ask(id);
    const other = await person();
    const failing = database.transactions.run(async (tx) => {
      await recordEvent(tx, PASSWORD_LINK_ASKED, { key: 'x', data: { userId: other.id } });
      throw new Error('the fact did not come about');
    });
    await expect(failing).rejects.toThrow('the fact');
    await turn();
    await turn();
    expect(mail.messages.map(({ to }) => to)).toEqual([email]);
    expect(mail.messages[0]!.text).toMatch(/林静，您好：[^]*请在 24 小时内[^]*Open this link[^]*https:\/\/park\.example\/password#mss_pw_/);
    expect(await rows()).toEqual([{ recipient: email, state: 'delivered', attempts: 1, body: null, failure: null }]);
  });

  it('keeps no secret of a link in any table, also while it waits', async () => {
    const { id } = await person();
    await ask(id);
    const stored = async () =>
      JSON.stringify(
        await Promise.all(
          ['outbox_event', 'notification_delivery', 'notice', 'audit_event'].map((table) => database.owner.query(`SELECT * FROM ${table}`)),
        ),
        (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
      );
    await turn();
    const token = tokenIn(mail.messages[0]!.text);
    expect(token).toMatch(/^mss_pw_.{40}/);
    expect(await stored()).not.toContain('mss_pw_');
    expect(await database.owner.query(`SELECT FROM password_link WHERE hash = sha256($1)`, [Buffer.from(token)])).toHaveLength(1);
  });

  it('loses nothing when the process dies between commit and delivery', async () => {
    const { id, email } = await person();
    await ask(id);
    await app.close();
    app = await startApp(mail.url);
    await turn();
    expect(mail.messages.map(({ to }) => to)).toEqual([email]);
  });

  it('sends again, with the same message id, what the mail server took before the process could write it', async () => {
    const { id } = await person();
    await ask(id);
    channel.dies = true;
    await expect(turn()).rejects.toThrow('died');
    channel.dies = false;
    // Not at once: whoever dies at this message must not do it all the time.
    await turn();
    expect(mail.messages).toHaveLength(1);
    clock.advance(MINUTE_MS);
    await turn();
    const ids = mail.messages.map(({ source }) => /^Message-ID: (.*)$/im.exec(source)?.[1]);
    expect(ids).toEqual([ids[0], ids[0]]);
    expect((await rows()).map(({ state, attempts }) => [state, attempts])).toEqual([['delivered', 2]]);
    const [first, second] = mail.messages.map(({ text }) => tokenIn(text));
    const links = await database.owner.query<{ hash: Buffer }[]>(`SELECT hash FROM password_link WHERE used_at IS NULL`);
    expect(first).not.toBe(second);
    expect(links.map(({ hash }) => hash.toString('hex'))).toEqual([createHash('sha256').update(second!).digest('hex')]);
  });

  it('sends no second link where the link of an earlier attempt was used', async () => {
    const { id } = await person();
    await ask(id);
    channel.dies = true;
    await expect(turn()).rejects.toThrow('died');
    channel.dies = false;
    await database.owner.query(`UPDATE password_link SET used_at = now()`);
    clock.advance(MINUTE_MS);
    await turn();
    expect(mail.messages).toHaveLength(1);
    expect((await rows())[0]).toMatchObject({ state: 'given-up', failure: 'its link is no longer wanted' });
  });

  it('waits for a mail server that is away, and tries it again with growing pauses', async () => {
    const { url } = mail;
    await mail.stop();
    for (let n = 0; n < 20; n += 1) await ask((await person()).id);
    await turn();
    const tried = async (): Promise<number> => (await rows()).reduce((sum, { attempts }) => sum + attempts, 0);
    // Those that were being sent at the same time, and no others.
    const first = await tried();
    expect(first).toBeLessThanOrEqual(4);
    await turn();
    expect(await tried()).toBe(first);
    for (let minutes = 0; minutes < 60; minutes += 1) {
      clock.advance(MINUTE_MS);
      await turn();
    }
    expect(await tried()).toBeLessThan(80);
    mail = await MailServer.start(Number(new URL(url).port));
    clock.advance(15 * MINUTE_MS);
    while (await turn());
    expect(new Set(mail.messages.map(({ to }) => to)).size).toBe(20);
    expect((await rows()).every(({ state, body }) => state === 'delivered' && body === null)).toBe(true);
  });

  it('gives up a mailbox that does not exist at once, with the reason, and delays no other', async () => {
    const [bad, good] = [await person(), await person()];
    mail.refusing.add(bad.email);
    for (const { id } of [bad, good]) await ask(id);
    await turn();
    expect(mail.messages.map(({ to }) => to)).toEqual([good.email]);
    expect(await rows()).toEqual([
      expect.objectContaining({
        recipient: bad.email,
        state: 'given-up',
        failure: expect.stringContaining('mailbox unavailable') as string,
      }),
      expect.objectContaining({ recipient: good.email, state: 'delivered' }),
    ]);
  });

  it('gives up when the time of a message is over, and keeps the last reason', async () => {
    const { id } = await person();
    await mail.stop();
    await ask(id);
    await turn();
    clock.advance(23 * 60 * MINUTE_MS);
    await turn();
    expect((await rows())[0]).toMatchObject({ state: 'queued' });
    clock.advance(2 * 60 * MINUTE_MS);
    await turn();
    expect((await rows())[0]).toMatchObject({ state: 'given-up', body: null, failure: expect.stringContaining('ECONNREFUSED') as string });
    mail = await MailServer.start();
  });

  it('sends no link to an account that was disabled meanwhile', async () => {
    const { id } = await person();
    await mail.stop();
    await ask(id);
    await turn();
    await database.owner.query(`UPDATE app_user SET status = 'disabled' WHERE id = $1`, [id]);
    clock.advance(MINUTE_MS);
    await turn();
    expect((await rows())[0]).toMatchObject({ state: 'given-up', failure: 'its link is no longer wanted' });
    mail = await MailServer.start();
  });

  it('keeps an event that no handler understands, and handles those behind it', async () => {
    const { id, email } = await person();
    await database.transactions.run((tx) =>
      recordEvent(tx, { ...PASSWORD_LINK_ASKED }, { key: 'broken', data: { userId: 7 } as unknown as { userId: string } }),
    );
    await ask(id);
    await turn();
    expect(mail.messages.map(({ to }) => to)).toEqual([email]);
    const waiting = () =>
      database.owner.query<{ failure: string }[]>(`SELECT failure FROM outbox_event WHERE handled_at IS NULL AND attempts = 1`);
    expect(await waiting()).toEqual([{ failure: expect.stringContaining('userId') as string }]);
    clock.advance(4 * 24 * 60 * MINUTE_MS);
    await turn();
    expect(await waiting()).toEqual([]);
    expect(await database.owner.query(`SELECT FROM outbox_event WHERE handled_at IS NULL`)).toEqual([]);
  });

  it('delivers two thousand messages in bounded turns', async () => {
    await database.owner.query(
      `INSERT INTO app_user (id, email, name, email_proven_at, email_proven_by, created_at, updated_at)
       SELECT 'user_many_' || n, n || '@many.example', 'N', now(), 'operator', now(), now() FROM generate_series(1, 2000) n`,
    );
    await database.owner.query(
      `INSERT INTO outbox_event (topic, key, data)
       SELECT 'password-link', 'many/' || n, jsonb_build_object('userId', 'user_many_' || n) FROM generate_series(1, 2000) n`,
    );
    await turn();
    const [{ count } = { count: 0n }] = await database.owner.query<{ count: bigint }[]>(`SELECT count(*) FROM notification_delivery`);
    expect(count).toBe(500n);
    expect(mail.messages.length).toBe(200);
  });
});
