import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { WalletsService } from '#funding';
import { BusinessCalendar, instantOf } from '#kernel';
import { JobsService } from '#jobs';
import type { Company } from '#tenancy';
import { ApiTestEnvironment, PASSWORD } from '../../api/test/api-test-environment.ts';
import { type Ran, run } from './scripted-environment.ts';

const controller = systemActor('controller');
const JOB = `
apiVersion: speedspace.io/v1
kind: Job
metadata: { name: sft-7b }
spec:
  gpuClass: h800
  gpusPerReplica: 8
  image: registry.park.example/jiding/train:1.4
  maxRuntime: 2h
  selfPay: true
`;
const OPTIONS = ['--class', 'h800', '--gpus', '8', '--image', 'registry.park.example/jiding/train:1.4', '--self-pay'];

describe('mss against a real API', () => {
  let environment: ApiTestEnvironment;
  let home: string;
  let company: Company;
  let jobs: JobsService;
  const month = new BusinessCalendar().monthOf(instantOf(new Date()));

  const mss = (words: readonly string[], input?: string): Promise<Ran> => run(home, words, input);
  const apply = (id: string, kind: Parameters<JobsService['apply']>[2]['kind']) =>
    environment.database.transactions.run((tx) => jobs.apply(tx, id, { kind }, controller));
  const submitted = async (name: string): Promise<string> => {
    const { code, out } = await mss(['submit', ...OPTIONS, '--name', name, '-o', 'json', '--', 'python', 'train.py']);
    expect(code).toBe(0);
    return (JSON.parse(out) as { id: string }).id;
  };

  beforeAll(async () => {
    environment = await ApiTestEnvironment.start({ ALLOWED_IMAGES: 'registry.park.example/*' });
    home = await mkdtemp(path.join(tmpdir(), 'mss-test-'));
    company = await environment.company();
    jobs = environment.app.get(JobsService, { strict: false });
    await environment.database.transactions.run(async (tx) => {
      const catalog = environment.app.get(CatalogService, { strict: false });
      await catalog.addClass(tx, controller, { code: 'h800' });
      await catalog.addPrice(tx, controller, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1_250n });
      const topUp = { tenantId: company.id, amount: 123_456n, reference: 'bank 1', key: 'topup-1' };
      await environment.app.get(WalletsService, { strict: false }).topUp(tx, controller, topUp, instantOf(new Date()));
    });
    const { email } = await environment.person('owner', company);
    const signedIn = await mss(['login', '--server', environment.url, '--email', email, '--password-stdin'], `${PASSWORD}\n`);
    expect(signedIn).toEqual({ code: 0, out: '', err: `Signed in to ${new URL(environment.url).origin} as ${email}.\n` });
  });
  afterAll(async () => {
    await rm(home, { recursive: true });
    await environment.stop();
  });

  it('keeps who is signed in for the owner’s eyes only, and never the password', async () => {
    const file = path.join(home, 'mss', 'config.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toContain(PASSWORD);
  });

  it('says what an error code means and what to do about it', async () => {
    const { code, out } = await mss(['errors', 'grant.unknown']);
    expect(code).toBe(0);
    expect(out).toMatch(/HTTP status +404\nmeaning +There is no grant .*\nremedy +Check the id/);
    expect((await mss(['errors'])).out).toMatch(/^access-token\.refused +401 +The access token is missing/m);
    expect(await mss(['errors', 'grant.lost'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no error code grant.lost.') as string,
    });
  });

  it('quotes a job file in money and GPU-hours', async () => {
    const { code, out } = await mss(['quote', '-f', '-'], JOB);
    expect(code).toBe(0);
    expect(out).toMatch(/price per GPU-hour +¥12\.50/);
    expect(out).toMatch(/GPU-hours +16\.00/);
    expect(out).toMatch(/self-paid +¥200\.00/);
    expect(JSON.parse((await mss(['quote', '-f', '-', '-o', 'json'], JOB)).out)).toMatchObject({ listFen: 20_000, gpus: 8 });
  });

  it('submits, lists, shows and cancels', async () => {
    const id = await submitted('by-hand');
    const listed = await mss(['ls', '--name', 'by-hand', '-o', 'csv']);
    expect(listed.out.split('\r\n').slice(0, 2)).toEqual([
      '\uFEFFid,name,state,class,gpus,submitted,why',
      expect.stringMatching(new RegExp(`^${id},by-hand,Queued,h800,8,`)) as string,
    ]);
    expect((await mss(['show', id])).out).toMatch(/GPUs +1 × 8 h800/);
    expect((await mss(['show', id, '-o', 'yaml'])).out).toMatch(/command:\n +- python\n +- train.py/);
    expect((await mss(['resume', id])).code).toBe(1);
    expect((await mss(['suspend', id])).err).toContain('Only a job that starts or runs can be suspended; this one is Queued.');
    expect((await mss(['cancel', id])).out).toMatch(/Cancelled/);
  });

  it.each([
    ['succeeded', 0, 'Succeeded'],
    ['failed', 5, 'Failed'],
  ] as const)('waits for the end of a job that has %s, and its exit code tells', async (kind, code, state) => {
    const file = path.join(home, `${kind}.yaml`);
    await writeFile(file, JOB.replace('sft-7b', `waited-${kind}`));
    const waiting = mss(['submit', '-f', file, '--wait']);
    const owner = async (): Promise<string> => {
      const found = JSON.parse((await mss(['ls', '--name', `waited-${kind}`, '-o', 'json'])).out) as { id: string }[];
      return found[0]?.id ?? (await owner());
    };
    const id = await owner();
    for (const event of ['admitted', 'started', kind] as const) await apply(id, event);
    const ended = await waiting;
    expect(ended.code).toBe(code);
    expect(ended.out).toContain(state);
    expect(ended.err).toMatch(new RegExp(`Queued[^]*Admitted[^]*Running[^]*${state}`));
  });

  it('fetches the statement of a month for people, programs and spreadsheets', async () => {
    const json = await mss(['statement', 'get', month, '-o', 'json']);
    expect(JSON.parse(json.out)).toMatchObject({ status: 'open', document: { tenantId: company.id, month } });
    expect((await mss(['statement', 'get', month])).out).toMatch(/total +0\.00 +¥0\.00/);
    const file = path.join(home, 'statement.csv');
    expect(await mss(['statement', 'get', month, '-o', 'csv', '--file', file])).toEqual({ code: 0, out: '', err: '' });
    expect(await readFile(file, 'utf8')).toMatch(/^\uFEFF账期,企业名称,统一社会信用代码,作业名称,作业编号,/);
    expect((await mss(['statement', 'get', month, '-o', 'csv', '--lang', 'en'])).out).toMatch(/^\uFEFFMonth,Company,/);
  });

  it('writes the statement of a month as XLSX and PDF to a file or a pipe, and not to a terminal', async () => {
    for (const [format, magic] of [
      ['xlsx', 'PK'],
      ['pdf', '%PDF-'],
    ] as const) {
      const file = path.join(home, `statement.${format}`);
      expect(await mss(['statement', 'get', month, '-o', format, '--file', file])).toEqual({ code: 0, out: '', err: '' });
      expect((await readFile(file)).subarray(0, magic.length).toString()).toBe(magic);
      expect((await mss(['statement', 'get', month, '-o', format])).out.slice(0, magic.length)).toBe(magic);
      const shown = await run(home, ['statement', 'get', month, '-o', format], '', { TERMINAL: 'yes' });
      expect([shown.code, shown.out, shown.err]).toEqual([2, '', expect.stringContaining(`--file october.${format}`)]);
      const nowhere = await mss(['statement', 'get', month, '-o', format, '--file', `${home}/none/x`]);
      expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('cannot be written')]);
    }
  });

  it('says field and remedy of what is refused, and exits by the kind of refusal', async () => {
    const refused = await mss(['submit', ...OPTIONS, '--max-runtime', 'soon']);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/\/spec\/maxRuntime[^]*Write it like 90s, 5m, 12h or 2d\./);
    const unknown = await mss(['show', 'job_01jzzzzzzzzzzzzzzzzzzzzzzz']);
    expect(unknown).toMatchObject({ code: 4, out: '' });
    expect(await mss(['statement', 'get', 'October'])).toMatchObject({ code: 2, out: '' });
    expect(await mss(['submit', '-f', '/nowhere.yaml'])).toMatchObject({ code: 2, out: '' });
    const wrong = await run(`${home}/stranger`, ['login', '--server', environment.url, '--email', 'a@b.cn', '--password-stdin'], 'wrong');
    expect(wrong.code).toBe(3);
    expect((await run(`${home}/stranger`, ['ls'])).code).toBe(2);
    expect((await run(`${home}/stranger`, ['ls'], '', { MSS_SERVER: environment.url, MSS_TOKEN: 'mss_pat_wrong' })).code).toBe(3);
  });

  it('says where nobody sits how each password is given without a terminal', async () => {
    const administrator = await environment.person('administrator');
    const asked = await administrator.call('POST', `/companies/${company.id}/invitations`, { email: 'neu@example.com', role: 'engineer' });
    const invitation = (asked.body as { link: string }).link;
    const server = ['--server', environment.url];
    for (const words of [
      ['login', ...server, '--email', 'a@b.cn'],
      ['invite', 'accept', invitation, ...server, '--name', '李雷'],
      ['password', 'choose', 'https://mss.park.example/password#mss_pw_x', ...server],
      ['password', 'change'],
    ]) {
      const { code, err } = await mss(words);
      expect([words.slice(0, 2), code, err]).toEqual([
        words.slice(0, 2),
        2,
        expect.stringMatching(/is needed, and there is no terminal to ask\.\n {2}→ Give --password-stdin/),
      ]);
    }
    expect((await run(`${home}/stranger`, ['login', ...server])).err).toMatch(/E-mail is needed[^]*→ Name it with --email/);
  });

  it('chooses a password by a link and changes it, from standard input', async () => {
    const administrator = await environment.person('administrator');
    const { id, email } = await environment.person('engineer', company);
    const sent = await administrator.call('POST', `/users/${id}/password-link`);
    const { link } = sent.body as { link: string };
    const person = (words: readonly string[], input: string): Promise<Ran> => run(`${home}/engineer`, words, input);
    const [first, second] = ['harbour violin 77 cactus', 'granite otter 51 window'];
    const chosen = await person(['password', 'choose', link, '--server', environment.url, '--password-stdin'], `${first}\n`);
    expect(chosen).toEqual({ code: 0, out: '', err: 'The password is chosen. Sign in with mss login.\n' });
    const login = ['login', '--server', environment.url, '--email', email, '--password-stdin'];
    expect((await person(login, first)).code).toBe(0);
    expect((await person(['password', 'change', '--password-stdin'], `${first}\n`)).code).toBe(2);
    expect((await person(['password', 'change', '--password-stdin'], `${first}\n${second}\n`)).code).toBe(0);
    expect((await person(login, second)).code).toBe(0);
    expect((await person(['password', 'forgot', email], '')).code).toBe(0);
  });

  it('renews an access token that is refused, and keeps the new pair', async () => {
    const file = path.join(home, 'mss', 'config.json');
    const kept = JSON.parse(await readFile(file, 'utf8')) as { refreshToken: string };
    await writeFile(file, JSON.stringify({ ...kept, accessToken: 'stale' }));
    expect((await mss(['ls', '-o', 'json'])).code).toBe(0);
    const renewed = JSON.parse(await readFile(file, 'utf8')) as { accessToken: string; refreshToken: string };
    expect([renewed.accessToken === 'stale', renewed.refreshToken === kept.refreshToken]).toEqual([false, false]);
  });
});
