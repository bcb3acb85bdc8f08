import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BatchV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { BusinessCalendar, instantOf } from '#kernel';
import { eventually } from '#kernel/testing';
import { syntheticCreditCode } from '#tenancy';
import { PASSWORD } from '../../api/test/api-test-environment.ts';
import { type Mss, CliTestEnvironment } from './cli-test-environment.ts';
import { CLASS, day, JOB, PROGRAMME } from './story-files.ts';

const OWNER = 'li@jiding.example';
const month = new BusinessCalendar().monthOf(instantOf(new Date()));

/** The application story of issue 5 and the job of issue 2, typed into `mss` by the people whose part it is. */
describe('the whole story through mss', () => {
  let park: CliTestEnvironment;
  let lin: Mss, zhao: Mss, reviewer: Mss, finance: Mss, colleague: Mss, auditor: Mss, owner: Mss;
  let company: string, application: string, grant: string;

  /** What a command says in JSON; it has to succeed. */
  const told = async <Told>(mss: Mss, ...words: string[]): Promise<Told> => {
    const { code, out, err } = await mss([...words, '-o', 'json']);
    expect([words.join(' '), code, err]).toEqual([words.join(' '), 0, expect.any(String)]);
    return JSON.parse(out) as Told;
  };

  beforeAll(async () => {
    park = await CliTestEnvironment.start();
    lin = await park.official('lin', 'administrator');
    zhao = await park.official('zhao', 'administrator');
    reviewer = await park.official('reviewer', 'reviewer');
    finance = await park.official('finance', 'finance');
    colleague = await park.official('colleague', 'finance');
    auditor = await park.official('auditor', 'auditor');
    owner = await park.somebody('owner');
  });
  afterAll(async () => {
    await park.stop();
  });

  it('registers a company, invites its owner, who accepts and signs in', async () => {
    const named = ['--name', '极订科技', '--credit-code', syntheticCreditCode(700_001), '--slug', 'jiding'];
    company = (await told<{ id: string }>(lin, 'company', 'create', ...named)).id;
    const wrong = await lin(['company', 'create', '--name', 'x', '--credit-code', '91310104MA1FR0QE80']);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('/creditCode')]);
    const space = (await lin(['company', 'space', 'jiding'])).out;
    expect(space).toMatch(/namespace +mss-jiding\nstate +the controller has not made it yet/);
    const { link } = await told<{ link: string }>(lin, 'invite', 'send', OWNER, '--role', 'owner', '--company', company);
    const accepting = ['invite', 'accept', link, '--server', park.environment.url, '--name', '李岩', '--password-stdin'];
    const accepted = await owner(accepting, `${PASSWORD}\n`);
    expect([accepted.code, accepted.err]).toEqual([0, `${OWNER} belongs to 极订科技. Sign in with mss login.\n`]);
    expect((await owner(accepting, `${PASSWORD}\n`)).code).toBe(1);
    await park.signIn(owner, OWNER);
    expect((await owner(['whoami'])).out).toMatch(/acts for +极订科技/);
    expect((await owner(['member', 'ls'])).out).toMatch(/李岩 +li@jiding\.example \(unproven\) +owner/);
  });

  it('opens a programme with a class, a price and a budget', async () => {
    expect((await lin(['class', 'add', 'h800', '-f', '-'], CLASS)).out).toMatch(/h800 +NVIDIA H800 80GB/);
    const shown = (await lin(['class', 'show', 'h800'])).out;
    expect(shown).toMatch(/RuntimeClass +kata-gpu/);
    expect(shown).toMatch(/tolerates +dedicated=training:NoSchedule, maintenance:NoExecute for 600s/);
    expect((await lin(['class', 'change', 'h800', '-f', '-'], 'runtimeClassName: null\ntolerations: []\n')).code).toBe(0);
    expect((await lin(['class', 'show', 'h800'])).out).not.toMatch(/RuntimeClass|tolerates/);
    expect((await lin(['price', 'announce', 'h800', '--yuan', '12.50', '--from', day(-90)])).out).toContain('¥12.50');
    expect((await lin(['programme', 'create', '-f', await park.file('programme.yaml', PROGRAMME)])).out).toMatch(/xuhui .*draft +50 %/);
    expect((await owner(['programme', 'show', 'xuhui'])).code).toBe(2);
    expect((await lin(['programme', 'appropriate', 'xuhui', '--gpu-hours', '5'])).err).toMatch(/counts in yuan/);
    const given = await lin(['programme', 'appropriate', 'xuhui', '--yuan', '20000', '--reference', '徐财〔2026〕7号']);
    expect(given.out).toMatch(/¥20,000\.00 +徐财〔2026〕7号/);
    expect((await lin(['programme', 'open', 'xuhui'])).out).toMatch(/open +50 % +¥20,000\.00/);
    expect((await owner(['programme', 'show', 'xuhui'])).out).toMatch(/papers +营业执照 \(business-licence\)/);
  });

  it('drafts, attaches, submits; is returned, edited and submitted again', async () => {
    const terms = ['--programme', 'xuhui', '--yuan', '8000', '--from', day(0), '--until', day(180), '--purpose', '微调'];
    application = (await told<{ id: string }>(owner, 'apply', 'draft', ...terms)).id;
    const early = await owner(['apply', 'submit', application]);
    expect([early.code, early.err]).toEqual([1, expect.stringContaining('营业执照')]);
    const attachment = await park.file('licence.pdf', '%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
    const attached = await owner(['apply', 'attach', application, attachment, '--kind', 'business-licence', '--name', '营业执照.pdf']);
    expect(attached.out).toMatch(/business-licence +营业执照\.pdf +application\/pdf/);
    expect((await owner(['apply', 'attach', application, '/nowhere.pdf'])).code).toBe(2);
    expect((await owner(['apply', 'submit', application])).out).toMatch(/submitted .*¥8,000\.00/);

    expect((await reviewer(['review', 'queue'])).out).toContain(application);
    expect((await lin(['review', 'queue'])).err).toBe('There are none.\n');
    expect((await reviewer(['review', 'return', application])).err).toContain('/opinion');
    expect((await reviewer(['review', 'return', application, '--opinion', '请写明用途'])).out).toContain('returned');
    expect((await reviewer(['review', 'comment', application, '用途太短', '--park'])).code).toBe(0);
    const seen = await owner(['apply', 'show', application]);
    expect(seen.out).toMatch(/returned by .*: 请写明用途/);
    expect(seen.out).not.toContain('用途太短');
    expect((await owner(['apply', 'edit', application, '--purpose', '微调 72B 模型，服务三家医院'])).code).toBe(0);
    expect((await owner(['apply', 'submit', application])).out).toContain('submitted');
  });

  it('is reviewed by one person and approved by two others, in part', async () => {
    const { attachments } = await told<{ attachments: { id: string }[] }>(reviewer, 'review', 'show', application);
    const copy = path.join(park.folder, 'copy.pdf');
    expect((await reviewer(['review', 'paper', application, attachments[0]!.id, '--file', copy])).code).toBe(0);
    expect(await readFile(copy, 'utf8')).toMatch(/^%PDF-1\.4/);
    expect((await reviewer(['review', 'recommend', application, '--yuan', '7000', '--opinion', '同意推荐'])).out).toContain('recommended');
    expect((await reviewer(['review', 'approve', application])).code).toBe(3);
    expect((await lin(['review', 'queue'])).out).toContain(application);
    expect((await lin(['review', 'approve', application, '--yuan', '6000'])).out).toContain('endorsed');
    expect((await lin(['review', 'approve', application, '--yuan', '6000'])).code).toBe(3);
    expect((await zhao(['review', 'approve', application, '--yuan', '6000', '--opinion', '部分批准'])).out).toContain('approved');
    expect((await lin(['programme', 'show', 'xuhui'])).out).toMatch(/not promised +¥14,000\.00/);
  });

  it('shows the grant in the balance, beside the wallet that finance topped up', async () => {
    const bank = ['jiding', '--yuan', '500', '--reference', '工行 0071', '--date', '2026-01-05'];
    expect((await owner(['wallet', 'transfer', 'record', ...bank])).code).toBe(3);
    const proof = await park.file('回单.pdf', '%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
    const { id: transfer } = await told<{ id: string }>(finance, 'wallet', 'transfer', 'record', ...bank, '--proof', proof);
    expect((await finance(['wallet', 'transfer', 'confirm', 'jiding', transfer])).code).toBe(3);
    expect((await colleague(['wallet', 'transfer', 'ls', '--all', '--state', 'pending'])).out).toContain(transfer);
    expect((await colleague(['wallet', 'transfer', 'confirm', 'jiding', transfer])).out).toMatch(/state +confirmed/);
    expect((await owner(['wallet', 'entries'])).out).toMatch(/wallet\.topped-up +工行 0071 .*¥500\.00 +¥500\.00/);
    expect((await lin(['limit', 'set', 'jiding', 'h800', '16'])).out).toMatch(/h800 +none +16/);
    const { out } = await owner(['balance']);
    expect(out).toMatch(/徐汇区算力补贴 +grant_\w+ +¥6,000\.00 +¥0\.00 +¥0\.00/);
    expect(out).toMatch(/wallet +¥500\.00 +¥0\.00/);
    expect(out).toContain('At most 16 h800 at once.');
    [{ id: grant }] = await told<[{ id: string }]>(owner, 'grant', 'ls');
    expect((await auditor(['balance', '--company', 'jiding'])).out).toBe(out);
    expect((await auditor(['balance'])).code).toBe(2);
  });

  it('quotes and submits a job, follows its log, and pays for it', async () => {
    const file = await park.file('job.yaml', JOB);
    expect((await owner(['quote', '-f', file])).out).toMatch(/list cost +¥50\.00\nsubsidy +¥25\.00\nself-paid +¥25\.00/);
    const quoted = async (): Promise<string> => (await owner(['quote', '-f', file])).out;
    await eventually('the published queue', quoted, (out) => /start +at once: its GPUs are free\nqueue as of +20/.test(out));
    const { code, out, err } = await owner(['submit', '-f', file, '--logs']);
    expect([code, out, err]).toEqual([
      0,
      expect.stringMatching(/epoch 1 loss 2\.31[^]*Succeeded/),
      expect.stringMatching(/Admitted[^]*Running/),
    ]);
    const [job] = await told<[{ id: string }]>(owner, 'ls');
    expect((await owner(['logs', job.id])).out).toContain('epoch 1 loss 2.31');
    for (const [options, shown] of [
      [['--since', '1h', '--grep', 'EPOCH 1'], true],
      [['--since', '2026-01-01', '--tail', '100'], true],
      [['--until', '1h'], false],
      [['-f', '--grep', 'epoch 2 loss 2.31'], false],
    ] as const) {
      const read = await owner(['logs', job.id, ...options]);
      expect([options, read.code, read.err, read.out.includes('epoch 1 loss 2.31')]).toEqual([options, 0, '', shown]);
    }
    expect(await owner(['logs', '-f', job.id, '--until', '1h'])).toMatchObject({ code: 2 });
    expect(await owner(['logs', job.id, '--since', 'yesterday'])).toMatchObject({ code: 2 });
    const reported = async (): Promise<string> => (await owner(['pod-events', job.id])).out;
    expect(await eventually('what the cluster reported', reported, (text) => text.includes('container-started'))).toMatch(
      /1 +0 +container-started +1 +The container was started\./,
    );
    expect(await owner(['pod-events', job.id, '--warnings', '-o', 'json'])).toMatchObject({ code: 0, out: '[]\n' });
    // 8 GPUs × 95 s at ¥12.50: ¥2.64 of list cost, half of it the grant's.
    expect((await owner(['balance'])).out).toMatch(/¥5,998\.68 +¥0\.00 +¥1\.32[^]*wallet +¥498\.68 +¥0\.00/);
    expect((await owner(['grant', 'jobs', grant])).out).toMatch(new RegExp(`${job.id} +0\\.21 +¥1\\.32`));
    expect((await owner(['grant', 'entries', grant, '-o', 'csv'])).out).toMatch(/grant\.opened,/);
  });

  it('issues a statement that anybody verifies without asking us', async () => {
    const file = path.join(park.folder, 'statement.json');
    expect((await owner(['statement', 'get', month, '-o', 'json', '--file', file])).code).toBe(0);
    expect((await owner(['statement', 'verify', file])).out).toMatch(/intact +yes/);
    const text = await readFile(file, 'utf8');
    expect((await owner(['statement', 'verify', file])).out).toMatch(new RegExp(`month +${month}\nstatus when issued +open`));
    const forged = await owner(['statement', 'verify', '-'], text.replace('"gpuClass": "h800"', '"gpuClass": "h200"'));
    expect([forged.code, forged.out]).toEqual([1, expect.stringMatching(/intact +no/)]);
    expect((await owner(['statement', 'verify', file, '--digest', 'f'.repeat(64)])).code).toBe(1);
    expect((await owner(['statement', 'verify', await park.file('x.json', '{}')])).code).toBe(2);
    const docx = await owner(['statement', 'get', month, '-o', 'docx']);
    expect([docx.code, docx.err]).toEqual([2, expect.stringContaining('table, json, yaml, csv, xlsx, pdf')]);
    // What ended a moment ago is not compared yet.
    const reconciliation = async (): Promise<string> => (await finance(['reconcile', month])).out;
    const reconciled = await eventually('what the cluster recorded', reconciliation, (out) => out.includes('its own record'));
    expect(reconciled).toMatch(
      /by the cluster +\d+\.\d\d GPU-hours \((\d+) s\) of \d+ pods by its own record, \1 s metered of them\n.*they agree +yes/,
    );
    const early = await finance(['month', 'close', month]);
    expect([early.code, early.err]).toEqual([1, expect.stringContaining(`${month} is not over.`)]);
    const checklist = await finance(['month', 'check', month]);
    expect([checklist.code, checklist.out]).toEqual([1, expect.stringMatching(/month-over +blocking[^]*usage +met/)]);
    const reopened = await finance(['month', 'reopen', month]);
    expect([reopened.code, reopened.err]).toEqual([1, expect.stringContaining('A closed month is not opened again.')]);
    expect((await finance(['programme', 'settlement', 'xuhui', month])).out).toMatch(new RegExp(`${company} .*¥2\\.64 +¥1\\.32`));
    const list = (await finance(['programme', 'settlement', 'xuhui', month, '-o', 'csv', '--lang', 'en'])).out;
    expect(list).toMatch(/^\uFEFFMonth,Programme,Programme code,Company,[^\r]*\r\n[^\r]*,2\.64,1\.32,[\d.]+\r\n$/);
    expect((await finance(['programme', 'settlement', 'xuhui', month, '-o', 'pdf'])).out).toMatch(/^%PDF-/);
    // Amounts are numbers of a spreadsheet, negative ones too.
    expect((await owner(['wallet', 'entries', '-o', 'csv'])).out).toMatch(/,-\d+\.\d\d,/);
  });

  it('freezes a grant and claws it back by four eyes', async () => {
    expect((await lin(['grant', 'freeze', grant, '--reason', '核查用途'])).out).toMatch(/state +frozen/);
    const proposal = ['grant', 'propose', grant, 'claw-back', '--yuan', '5000', '--opinion', '长期闲置'];
    const { id } = await told<{ id: string }>(reviewer, ...proposal);
    expect((await zhao(['review', 'approve', id])).out).toMatch(/claw-back +approved/);
    expect((await lin(['grant', 'unfreeze', grant, '--reason', '核查完毕'])).out).toMatch(/state +active/);
    expect((await owner(['grant', 'show', grant])).out).toMatch(/clawed-back ¥5,000\.00 by/);
    const more = ['apply', 'increase', grant, '--yuan', '100', '--purpose', '二期训练'];
    const increase = await told<{ id: string; kind: string }>(owner, ...more);
    expect(increase.kind).toBe('increase');
    expect((await owner(['apply', 'withdraw', increase.id, '--reason', '改用自有资金'])).out).toContain('withdrawn');
  });

  it('shows all lines of a log with a progress bar, its last state on a terminal, and tells the park nothing without a reason', async () => {
    const log = 'loading weights\\nDownloading:  10%|#|\\rDownloading: 100%|####|\\n+1s \\e[31mepoch 1\\e[0m\\n+3s 训练完成';
    const annotations = `{ name: tqdm, annotations: { sim.speedspace.io/run-time: 6s, sim.speedspace.io/log: "${log}" } }`;
    const file = await park.file('tqdm.yaml', JOB.replace(/metadata: .*/, `metadata: ${annotations}`));
    const raw = 'loading weights\nDownloading:  10%|#|\rDownloading: 100%|####|\n\x1b[31mepoch 1\x1b[0m\n训练完成\n';
    const submitted = await owner(['submit', '-f', file, '--logs', '-o', 'json']);
    expect(submitted).toMatchObject({ code: 0, out: expect.stringContaining(raw) as string });
    const [{ id }] = await told<[{ id: string }]>(owner, 'ls', '--name', 'tqdm');
    expect((await owner(['logs', id])).out).toBe(raw);
    expect((await owner(['logs', '-f', id])).out).toBe(raw);
    const shown = 'loading weights\nDownloading: 100%|####|\nepoch 1\n训练完成\n';
    expect((await owner(['logs', id], '', { TERMINAL: 'yes' })).out).toBe(shown);
    expect((await owner(['logs', '-f', id], '', { TERMINAL: 'yes' })).out).toBe(shown);
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromString(park.cluster.kubeconfigYaml);
    const [batch, core] = [kubeConfig.makeApiClient(BatchV1Api), kubeConfig.makeApiClient(CoreV1Api)];
    const kept = async (): Promise<string> => (await owner(['logs', id, '--list'])).out;
    await eventually('a kept log', kept, (text) => /1 +0 +\S+ +4 +0\.0 +kept/.test(text));
    const job = { namespace: 'mss-jiding', name: `${id.replace('_', '-')}-1` };
    await batch.deleteNamespacedJob({ ...job, propagationPolicy: 'Background' });
    const pods = async () => (await core.listNamespacedPod({ ...job, labelSelector: `speedspace.io/job=${id}` })).items.length;
    await eventually('the pods to be gone', pods, (count) => count === 0);
    expect((await owner(['logs', id])).out).toBe(raw);
    expect((await owner(['logs', '-f', id])).out).toBe(raw);
    expect((await owner(['logs', id, '--grep', 'EPOCH', '--tail', '1'])).out).toBe('\x1b[31mepoch 1\x1b[0m\n');
    expect((await owner(['logs', id], '', { TERMINAL: 'yes' })).out).toBe(shown);
    expect(await auditor(['logs', id])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('--reason') as string });
    expect((await auditor(['logs', id, '--reason', '抽查'])).out).toBe(raw);
    expect((await auditor(['audit', 'ls', '--object', id])).out).toMatch(/job\.log-read .*抽查/);
  });

  it('shows the log of a job that ends before anybody sees it run', async () => {
    const annotations = '{ name: short, annotations: { sim.speedspace.io/run-time: 1ms, sim.speedspace.io/log: "all is said" } }';
    const file = await park.file('short.yaml', JOB.replace(/metadata: .*/, `metadata: ${annotations}`));
    const { code, out, err } = await owner(['submit', '-f', file, '--logs']);
    expect([code, out, err]).toEqual([0, expect.stringMatching(/all is said[^]*Succeeded/), expect.any(String)]);
  });

  it('acts through a token that may only read, and not when it is revoked', async () => {
    const made = await told<{ id: string; token: string }>(owner, 'token', 'create', '--name', 'ci', '--scope', 'job.read');
    const ci = await park.somebody('ci');
    const env = { MSS_SERVER: park.environment.url, MSS_TOKEN: made.token };
    expect((await ci(['ls', '-o', 'csv'], '', env)).out).toMatch(/^\uFEFFid,name,state/);
    expect((await ci(['balance', '--company', company], '', env)).code).toBe(3);
    expect((await owner(['token', 'revoke', made.id])).code).toBe(0);
    expect((await ci(['ls'], '', env)).code).toBe(3);
  });

  it('takes no job of a suspended company', async () => {
    expect((await lin(['company', 'suspend', 'jiding', '--reason', '欠费'])).out).toContain('suspended');
    const refused = await owner(['submit', '-f', await park.file('late.yaml', JOB)]);
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('欠费')]);
    expect((await lin(['company', 'activate', company, '--reason', '款项已到'])).out).toContain('active');
    const [earlier] = await told<[{ id: string }]>(owner, 'ls');
    const again = await told<{ id: string; state: string; name: string }>(owner, 'clone', earlier.id, '--name', 'again');
    expect([again.state, again.name]).toEqual(['Queued', 'again']);
    expect((await owner(['cancel', again.id])).code).toBe(0);
  });

  it('leaves it all on a trail that is whole', async () => {
    expect((await owner(['audit', 'ls'])).code).toBe(3);
    expect((await auditor(['audit', 'verify'])).out).toMatch(/intact +yes/);
    const { head: hash } = await told<{ head: string }>(auditor, 'audit', 'verify');
    const [{ seq }] = (await park.environment.database.owner.query<{ seq: bigint }[]>(
      `SELECT seq FROM audit_chain WHERE hash = decode($1, 'hex')`,
      [hash],
    )) as [{ seq: bigint }];
    const mailed = (of: object): string => JSON.stringify({ seq: Number(seq), hash, at: '2026-11-26T00:00:00.000Z', ...of });
    expect((await auditor(['audit', 'verify', '--head', '-'], mailed({}))).code).toBe(0);
    expect(await auditor(['audit', 'verify', '--head', '-'], mailed({ hash: 'ab'.repeat(32) }))).toMatchObject({
      ...{ code: 1, err: expect.stringContaining(`Event ${seq} of the trail is not the one of the head`) as string },
    });
    const key = await park.file('park.pem', generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString());
    expect(await auditor(['audit', 'verify', '--head', '-', '--key', key], mailed({}))).toMatchObject({
      ...{ code: 1, err: expect.stringContaining('is not signed by the key') as string },
    });
    const steps = await told<{ action: string }[]>(auditor, 'audit', 'ls', '--object', application);
    const actions = steps.map(({ action }) => action);
    expect(actions.filter((action) => action.startsWith('application.'))).toEqual(
      expect.arrayContaining(['application.submitted', 'application.returned', 'application.recommended', 'application.approved']),
    );
    const file = path.join(park.folder, 'audit.jsonl');
    expect((await auditor(['audit', 'export', '--action', 'wallet.topped-up', '--file', file])).code).toBe(0);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ objectId: company, after: { amountFen: '50000' } });
    expect((await auditor(['audit', 'export', '--format', 'csv', '--object', grant])).out).toContain('grant.frozen');
  });

  it('acts for the one or the other company of a person who belongs to both', async () => {
    const named = ['--name', '墨语科技', '--credit-code', syntheticCreditCode(700_002), '--slug', 'moyu'];
    await told(lin, 'company', 'create', ...named);
    const { link } = await told<{ link: string }>(lin, 'invite', 'send', OWNER, '--role', 'engineer', '--company', 'moyu');
    const joined = await owner(['invite', 'accept', link, '--server', park.environment.url]);
    expect([joined.code, joined.err]).toEqual([0, `${OWNER} belongs to 墨语科技.\n`]);
    expect((await owner(['whoami'], '', { MSS_COMPANY: 'moyu' })).out).toMatch(/acts as +engineer\nacts for +墨语科技/);
    expect((await owner(['company', 'use', 'moyu'])).err).toBe('You act for 墨语科技.\n');
    expect((await owner(['grant', 'ls'])).err).toBe('There are none.\n');
    expect((await owner(['company', 'use', 'nobody'])).code).toBe(2);
    expect((await owner(['company', 'use', 'jiding'])).code).toBe(0);
    expect((await owner(['grant', 'ls'])).out).toContain(grant);
  });

  it('signs out, and forgets', async () => {
    expect((await owner(['session', 'ls'])).out).toContain('(this one)');
    expect((await owner(['logout'])).code).toBe(0);
    expect((await owner(['ls'])).code).toBe(3);
  });
});
