import { createHash } from 'node:crypto';
import http from 'node:http';
import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { FundingService, WalletsService } from '#funding';
import { BusinessCalendar, instantOf } from '#kernel';
import { MonthClosingService } from '#statements';
import type { Company } from '#tenancy';
import { ApiTestEnvironment, PASSWORD } from './api-test-environment.ts';

interface Downloaded {
  readonly status: number | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly trailers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Buffer;
}

describe('files of a month over HTTP', () => {
  let environment: ApiTestEnvironment;
  const calendar = new BusinessCalendar();
  const lastMonth = calendar.previous(calendar.monthOf(instantOf(new Date())));
  const began = calendar.startOf(lastMonth);
  let company: Company;
  let finance: string;
  let owner: string;
  const FORMULA = "=cmd|'/c calc'!A1";

  const tokenOf = async (email: string): Promise<string> => {
    const answer = await environment.call('POST', '/auth/sign-in', { email, password: PASSWORD });
    return (answer.body as { accessToken: string }).accessToken;
  };

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ EXPORTS_AT_ONCE: '3', EXPORTS_PER_PERSON: '2' });
    company = await environment.company(FORMULA);
    finance = await tokenOf((await environment.person('finance')).email);
    owner = await tokenOf((await environment.person('owner', company)).email);
    await environment.company('他司');
    await environment.database.transactions.run(async (tx) => {
      await environment.app.get(CatalogService, { strict: false }).addClass(tx, systemActor('test'), {
        ...{ code: 'h800', name: 'NVIDIA H800', vendor: 'nvidia', resourceName: 'nvidia.com/gpu' },
        ...{ nodeSelector: { 'speedspace.io/gpu-class': 'h800' }, gpusPerNode: 8, weight: 100 },
      });
      const wallets = environment.app.get(WalletsService, { strict: false });
      await wallets.open(tx, [company.id]);
      const topUp = { tenantId: company.id, amount: 1_000_000n, reference: 'files', key: 'files' };
      await wallets.topUp(tx, systemActor('test'), topUp, began);
    });
    await use(['job_b', 'job_a', 'job_c']);
  });
  afterAll(async () => {
    await environment.stop();
  });

  /** An hour of one GPU for each job, paid by the wallet. */
  const use = (jobIds: readonly string[]) =>
    environment.database.transactions.run(async (tx) => {
      const funding = environment.app.get(FundingService, { strict: false });
      for (const jobId of jobIds) {
        const request = { id: `${jobId}/1`, jobId, tenantId: company.id, gpuClass: 'h800', fenPerGpuHour: 1_250n, selfPay: true };
        await funding.open(tx, request, { gpus: 0n, seconds: 0n }, began + 60);
        const readings = [{ at: began + 3_660, gpuSeconds: 3_600n }];
        const report = { admissionId: `${jobId}/1`, tenantId: company.id, readings, holdTarget: { gpus: 0n, seconds: 0n }, final: true };
        await funding.meter(tx, [report], began + 3_660);
      }
    });

  const get = (path: string, token: string): Promise<Downloaded> =>
    new Promise((resolve, reject) => {
      const request = http.get(`${environment.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } }, (response) => {
        buffer(response).then((bytes) => {
          resolve({ status: response.statusCode, headers: response.headers, trailers: response.trailers, bytes });
        }, reject);
      });
      request.on('error', reject);
    });
  const digestOf = (bytes: Buffer) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;

  it('have their digest in the trailer where they are streams, and in the header beside their length where not', async () => {
    const path = `/companies/${company.id}/statements/${lastMonth}/file`;
    for (const format of ['csv', 'focus', 'xlsx']) {
      const { status, headers, trailers, bytes } = await get(`${path}?format=${format}`, owner);
      expect([status, headers['transfer-encoding'], headers['content-length']]).toEqual([200, 'chunked', undefined]);
      expect(headers.trailer).toMatch(/content-digest/i);
      expect(trailers['content-digest']).toBe(digestOf(bytes));
    }
    for (const format of ['json', 'pdf']) {
      const { headers, bytes } = await get(`${path}?format=${format}`, owner);
      expect([headers['content-length'], headers['content-digest']]).toEqual([String(bytes.length), digestOf(bytes)]);
    }
  });

  it('are broken off where the database fails in the middle, so that nobody takes them for whole', async () => {
    await environment.database.owner.query(`REVOKE SELECT ON job FROM speedspace_app`);
    await expect(get(`/months/${lastMonth}/usage`, finance)).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    await expect(get(`/months/${lastMonth}/archive?formats=csv`, finance)).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    await environment.database.owner.query(`GRANT SELECT ON job TO speedspace_app`);
    expect((await get(`/months/${lastMonth}/usage`, finance)).status).toBe(200);
  });

  it('list every job and source once, of the companies that one may read, safe against formulas', async () => {
    const { bytes } = await get(`/months/${lastMonth}/usage?lang=en`, finance);
    const rows = parse<Record<string, string>>(bytes, { columns: true, bom: true });
    expect(rows.map((row) => [row['Company'], row['Job id'], row['GPU-seconds'], row['Self-paid (yuan)']])).toEqual(
      ['job_a', 'job_b', 'job_c'].map((jobId) => [`'${FORMULA}`, jobId, '3600', '12.50']),
    );
    const stranger = await tokenOf((await environment.person('owner', await environment.company('三司'))).email);
    expect(parse((await get(`/months/${lastMonth}/usage`, stranger)).bytes, { bom: true })).toHaveLength(1);
    expect((await get(`/companies/${company.id}/statements/${lastMonth}/file?format=csv`, stranger)).status).toBe(404);
    const focus = parse<Record<string, string>>((await get(`/months/${lastMonth}/usage?format=focus`, finance)).bytes, { columns: true });
    expect(focus.reduce((sum, row) => sum + Math.round(Number(row['BilledCost']) * 100), 0)).toBe(3_750);
  });

  it('are sent to few at once, who are told how many and when to come back, and whoever leaves makes way', async () => {
    const path = `/months/${lastMonth}/usage`;
    // Holds the exports that begin from here on: they wait for the lock of the table of jobs.
    const lock = environment.database.owner.createQueryRunner();
    await lock.startTransaction();
    await lock.query('LOCK TABLE job IN ACCESS EXCLUSIVE MODE');
    const begin = (token: string): Promise<http.IncomingMessage> =>
      new Promise((resolve, reject) => {
        http.get(`${environment.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } }, resolve).on('error', reject);
      });
    const refused = async (token: string) => {
      const { status, headers, bytes } = await get(path, token);
      return [status, headers['retry-after'], (JSON.parse(bytes.toString()) as { code: string; detail: string }).detail];
    };
    const [first, second, other] = [await begin(finance), await begin(finance), await begin(owner)];
    const auditor = await tokenOf((await environment.person('auditor')).email);
    expect(await refused(finance)).toEqual([429, '30', 'You receive 2 exports at the moment, which is the most there may be at once.']);
    expect(await refused(auditor)).toEqual([
      429,
      '30',
      'This server sends 3 exports at the moment, which is the most there may be at once.',
    ]);
    await lock.rollbackTransaction();
    await lock.release();
    first.destroy();
    await Promise.all([buffer(second), buffer(other)]);
    const deadline = Date.now() + 10_000;
    let status: number | undefined;
    while (status !== 200 && Date.now() < deadline) status = (await get(path, finance)).status;
    expect(status).toBe(200);
    // Answers to HEAD have no body: they hold nothing.
    const head = () => fetch(`${environment.url}/api/v1${path}`, { method: 'HEAD', headers: { authorization: `Bearer ${auditor}` } });
    for (let asked = 0; asked < 5; asked += 1) expect((await head()).status).not.toBe(429);
    expect((await get(path, auditor)).status).toBe(200);
  });

  it('are one ZIP of the month: what was closed, with its record for finance, and only one’s own for a company', async () => {
    const before = parse((await get(`/companies/${company.id}/statements/${lastMonth}/file?format=csv`, owner)).bytes, { bom: true });
    await environment.database.transactions.run((tx) =>
      environment.app.get(MonthClosingService, { strict: false }).close(tx, systemActor('test'), lastMonth),
    );
    const closed = await get(`/companies/${company.id}/statements/${lastMonth}/file?format=csv`, owner);
    expect(parse(closed.bytes, { bom: true })).toEqual(before);
    const { status, headers, trailers, bytes } = await get(`/months/${lastMonth}/archive?formats=csv,xlsx,pdf,focus`, finance);
    expect([status, headers['content-type'], trailers['content-digest']]).toEqual([200, 'application/zip', digestOf(bytes)]);
    const files = unzipSync(bytes);
    const own = Object.keys(files).filter((name) => name.includes('cmd'));
    expect(own.map((name) => name.split('/').at(-1))).toEqual(
      ['json', 'csv', 'xlsx', 'pdf', 'focus.csv'].map((extension) => `statement-${lastMonth}.${extension}`),
    );
    expect(own[0]).toMatch(/^statements\/[0-9A-Z]{18}-=cmd'c calc'!A1\/statement-/);
    const json = JSON.parse(Buffer.from(files[own[0] ?? ''] ?? []).toString()) as { digest: string; status: string; document: object };
    const record = JSON.parse(Buffer.from(files['month.json'] ?? []).toString()) as { record: { statements: object[] } };
    expect(json.status).toBe('closed');
    expect(record.record.statements).toContainEqual({ tenantId: company.id, digest: json.digest });
    expect(Buffer.from(files[own[1] ?? ''] ?? [])).toEqual(closed.bytes);
    expect(
      Buffer.from(files[own[3] ?? ''] ?? [])
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    const ofCompany = unzipSync((await get(`/months/${lastMonth}/archive?formats=json`, owner)).bytes);
    expect(Object.keys(ofCompany)).toEqual([own[0]]);
    expect((await get(`/months/${lastMonth}/archive?formats=docx`, owner)).status).toBe(422);
  });
});
