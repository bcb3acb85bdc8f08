import { generateKeyPairSync } from 'node:crypto';
import { type SignedHead, isSignedBy } from '#audit';
import { parseSigningKey } from '#kernel';
import { MailServer } from '#notifications/testing';
import { ManualTestEnvironment } from './manual-test-environment.ts';

const HOUR = 3_600;

describe('the head of the audit trail', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  let mail: MailServer;
  let environment: ManualTestEnvironment;

  beforeAll(async () => {
    mail = await MailServer.start();
    environment = await ManualTestEnvironment.start({
      turns: ['audit-head', 'notifications'],
      mail: { publicUrl: 'https://park.example', smtpUrl: mail.url, mailFrom: 'park@example.com' },
      signingKey: parseSigningKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    });
  });
  afterAll(async () => {
    await environment.stop();
    await mail.stop();
  });

  it('is mailed to the auditors once a day, signed by the park, and is a link of the chain', async () => {
    await environment.owner.query(
      `INSERT INTO app_user (id, email, name, email_proven_at, email_proven_by, created_at, updated_at)
       VALUES ('user_auditor', 'auditor@park.example', '吴越', now(), 'operator', now(), now())`,
    );
    await environment.owner.query(`INSERT INTO user_role (user_id, role) VALUES ('user_auditor', 'auditor')`);
    await environment.funds.company(1n);
    await environment.settle();
    const [report] = await environment.owner.query<{ seq: bigint }[]>('SELECT seq FROM audit_head_report');
    expect(mail.messages.map(({ to, text }) => [to, text.includes(`"seq":${report?.seq},`)])).toEqual([['auditor@park.example', true]]);
    const head = JSON.parse(/^\{.*\}$/m.exec(mail.messages[0]?.text ?? '')?.[0] ?? '') as SignedHead;
    expect(isSignedBy(head, publicKey.export({ type: 'spki', format: 'pem' }).toString())).toBe(true);
    const [link] = await environment.owner.query<{ hash: string }[]>(`SELECT encode(hash, 'hex') AS hash FROM audit_chain WHERE seq = $1`, [
      head.seq,
    ]);
    expect(link?.hash).toBe(head.hash);

    await environment.leap(20 * HOUR);
    expect(mail.messages).toHaveLength(1);
    await environment.leap(4 * HOUR);
    expect(mail.messages).toHaveLength(2);
  });
});
