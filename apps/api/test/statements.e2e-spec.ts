import { createHash } from 'node:crypto';
import { readSheet } from 'read-excel-file/node';
import { extractText, getDocumentProxy } from 'unpdf';
import { systemActor } from '#audit';
import { WalletsService } from '#funding';
import { BusinessCalendar, canonicalJson, instantOf } from '#kernel';
import { ApiTestEnvironment, PASSWORD } from './api-test-environment.ts';

describe('statements over HTTP', () => {
  let environment: ApiTestEnvironment;
  const calendar = new BusinessCalendar();
  const lastMonth = calendar.previous(calendar.monthOf(instantOf(new Date())));
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('lets a company read its own month, with a digest it can check, and nobody else’s', async () => {
    const [company, other] = [await environment.company(), await environment.company('他司')];
    const wallets = environment.app.get(WalletsService, { strict: false });
    await environment.database.transactions.run(async (tx) => {
      await wallets.open(tx, [company.id]);
      const topUp = { tenantId: company.id, amount: 500n, reference: 'first', key: 'first' };
      await wallets.topUp(tx, systemActor('test'), topUp, calendar.startOf(lastMonth));
    });
    const owner = await environment.person('owner', company);
    const answer = await owner.call('GET', `/companies/${company.id}/statements/${lastMonth}`);
    const body = answer.body as { document: { accounts: unknown }; digest: string };
    expect(answer.status).toBe(200);
    expect(body.document.accounts).toEqual([
      { account: 'wallet', unit: 'CNY', opening: 0, movements: [{ kind: 'wallet.topped-up', amount: 500 }], closing: 500 },
    ]);
    expect(createHash('sha256').update(canonicalJson(body.document)).digest('hex')).toBe(body.digest);
    expect((await owner.call('GET', `/companies/${other.id}/statements/${lastMonth}`)).status).toBe(404);
    expect((await owner.call('GET', `/companies/${company.id}/statements/2026-13`)).status).toBe(422);
  });

  it('gives a statement and a settlement list as files named in UTF-8, to whom the statement is open', async () => {
    const [company, other] = [await environment.company('极订/（上海）"科技"'), await environment.company('他司')];
    await environment.database.transactions.run(async (tx) => {
      const wallets = environment.app.get(WalletsService, { strict: false });
      await wallets.open(tx, [company.id]);
      const topUp = { tenantId: company.id, amount: 123_456n, reference: 'files', key: 'files' };
      await wallets.topUp(tx, systemActor('test'), topUp, calendar.startOf(lastMonth));
    });
    const owner = await environment.person('owner', company);
    const file = `/companies/${company.id}/statements/${lastMonth}/file`;
    const signedIn = await environment.call('POST', '/auth/sign-in', { email: owner.email, password: PASSWORD });
    const { accessToken } = signedIn.body as { accessToken: string };
    const bytesOf = async (path: string, query: string): Promise<{ type: string; name: string; bytes: Buffer }> => {
      const response = await fetch(`${environment.url}/api/v1${path}?${query}`, { headers: { authorization: `Bearer ${accessToken}` } });
      expect(response.status).toBe(200);
      const name = /filename\*=UTF-8''(\S+)$/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? '';
      const type = response.headers.get('content-type') ?? '';
      return { type, name: decodeURIComponent(name), bytes: Buffer.from(await response.arrayBuffer()) };
    };
    const xlsx = await bytesOf(file, 'format=xlsx');
    expect(xlsx.type).toBe('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
    expect(xlsx.name).toBe(`极订（上海）科技-算力费用月结单-${lastMonth}.xlsx`);
    expect((await readSheet(xlsx.bytes, '账户')).slice(1).map((row) => [row[3], row[4]])).toEqual([
      ['期初余额', 0],
      ['充值', 1_234.56],
      ['期末余额', 1_234.56],
    ]);
    const pdf = await bytesOf(file, 'format=pdf&lang=en');
    expect([pdf.type, pdf.name]).toEqual(['application/pdf', `极订（上海）科技-Compute statement-${lastMonth}.pdf`]);
    const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf.bytes)), { mergePages: true });
    expect(text.replace(/\s/g, '')).toContain('WalletToppedup¥1,234.56');
    expect((await bytesOf(file, 'format=csv&lang=en')).bytes.toString()).toMatch(/^\uFEFFMonth,Company,/);
    const json = JSON.parse((await bytesOf(file, 'format=json')).bytes.toString()) as { document: object; digest: string };
    expect(createHash('sha256').update(canonicalJson(json.document)).digest('hex')).toBe(json.digest);
    expect((await owner.call('GET', `/companies/${other.id}/statements/${lastMonth}/file?format=pdf`)).status).toBe(404);
    expect((await owner.call('GET', `${file}?format=docx`)).body).toMatchObject({ status: 422 });
    expect((await owner.call('GET', `${file}?format=pdf&lang=fr`)).status).toBe(422);
  });
});
