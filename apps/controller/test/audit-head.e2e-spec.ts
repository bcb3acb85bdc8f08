import { generateKeyPairSync } from 'node:crypto';
import { type SignedHead, isSignedBy } from '#audit';
import { parseSigningKey } from '#kernel';
import { MailServer } from '#notifications/testing';
import { ScaledTestEnvironment } from './scaled-test-environment.ts';

describe('the head of the audit trail', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  let mail: MailServer;
  let environment: ScaledTestEnvironment;

  beforeAll(async () => {
    mail = await MailServer.start();
    environment = await ScaledTestEnvironment.start({
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
    // Simulated days pass in minutes; whatever was reported before the auditor was there is reported anew on the next one.
    await environment.owner.query('DELETE FROM audit_head_report');
    const [report] = await environment.eventually(
      () => environment.owner.query<{ seq: bigint }[]>('SELECT seq FROM audit_head_report'),
      (rows) => rows.length > 0,
    );
    const message = await environment.eventually(
      () => Promise.resolve(mail.messages.find(({ text }) => text.includes(`"seq":${report?.seq},`))),
      (found) => found !== undefined,
    );
    expect(message.to).toBe('auditor@park.example');
    const head = JSON.parse(/^\{.*\}$/m.exec(message.text)?.[0] ?? '') as SignedHead;
    expect(isSignedBy(head, publicKey.export({ type: 'spki', format: 'pem' }).toString())).toBe(true);
    const [link] = await environment.owner.query<{ hash: string }[]>(`SELECT encode(hash, 'hex') AS hash FROM audit_chain WHERE seq = $1`, [
      head.seq,
    ]);
    expect(link?.hash).toBe(head.hash);
  });
});
