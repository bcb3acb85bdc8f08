import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { WalletsService } from '#funding';
import { BusinessCalendar, instantOf } from '#kernel';
import { eventually } from '#kernel/testing';
import type { Company } from '#tenancy';
import type { Call } from '../../api/test/api-test-environment.ts';
import { CliTestEnvironment } from './cli-test-environment.ts';

const actor = systemActor('test');

interface Share {
  readonly source: string;
  readonly gpuSeconds: number;
  readonly paid: number;
}
interface Posting extends Share {
  readonly account: string;
  readonly amount: number;
}
interface Entry {
  readonly id: string;
  readonly attemptNumber: number;
  readonly postings: readonly Posting[];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

describe('where a number comes from', () => {
  let park: CliTestEnvironment;
  let company: Company;
  let owner: { email: string; call: Call };
  let jobId: string;

  beforeAll(async () => {
    park = await CliTestEnvironment.start();
    const { environment } = park;
    company = await environment.company();
    owner = await environment.person('owner', company);
    await environment.database.transactions.run(async (tx) => {
      const catalog = environment.app.get(CatalogService, { strict: false });
      await catalog.addClass(tx, actor, { code: 'h800', nodeSelector: { 'speedspace.io/gpu-class': 'h800' } });
      await catalog.addPrice(tx, actor, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1_250n });
      const topUp = { tenantId: company.id, amount: 1_000_000n, reference: 'bank 1', key: 'topup-1' };
      await environment.app.get(WalletsService, { strict: false }).topUp(tx, actor, topUp, instantOf(new Date()));
    });
    const submitted = await owner.call('POST', '/jobs', {
      ...{ apiVersion: 'speedspace.io/v1', kind: 'Job' },
      metadata: { name: 'sft-7b', annotations: { 'sim.speedspace.io/run-time': '95s' } },
      spec: { gpuClass: 'h800', replicas: 2, gpusPerReplica: 4, image: 'registry.park.example/t:1', maxRuntime: '30m', selfPay: true },
    });
    jobId = (submitted.body as { id: string }).id;
    await eventually(
      'the job to be charged whole',
      async () => ((await owner.call('GET', `/jobs/${jobId}/provenance`)).body as { items: { closedAt: string | null }[] }).items,
      (attempts) => attempts[0]?.closedAt != null,
    );
  });
  afterAll(async () => {
    await park.stop();
  });

  it('is followed from the line of a statement to attempt, pods and entries, which add up', async () => {
    const { items: attempts } = (await owner.call('GET', `/jobs/${jobId}/provenance`)).body as {
      items: { attempt: number; gpuSeconds: number; admittedAt: string; shares: Share[] }[];
    };
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1]);
    const [attempt] = attempts;
    const month = new BusinessCalendar().monthOf(instantOf(new Date(attempt!.admittedAt)));
    const line = (await owner.call('GET', `/companies/${company.id}/statements/${month}/jobs/${jobId}`)).body as {
      statement: { closedAt?: string };
      shares: (Share & { amount: number })[];
      totals: { gpuSeconds: number; listFen: number; selfPaidFen: number };
    };
    const intervals = (await owner.call('GET', `/jobs/${jobId}/provenance/intervals?attempt=1&limit=1`)).body as {
      items: { node: string; gpuSeconds: number }[];
      nextCursor: string;
    };
    const rest = (await owner.call('GET', `/jobs/${jobId}/provenance/intervals?attempt=1&cursor=${intervals.nextCursor}`))
      .body as typeof intervals;
    const pods = [...intervals.items, ...rest.items];
    expect([pods.length, rest.nextCursor]).toEqual([2, undefined]);
    expect(pods.every(({ node }) => /^h800/.test(node))).toBe(true);

    const entries: Entry[] = [];
    for (let cursor = ''; ;) {
      const page = (await owner.call('GET', `/jobs/${jobId}/entries?month=${month}&limit=1${cursor}`)).body as {
        items: Entry[];
        nextCursor?: string;
      };
      entries.push(...page.items);
      if (page.nextCursor === undefined) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    const charged = sum(entries.flatMap(({ postings }) => postings.map(({ gpuSeconds }) => gpuSeconds)));
    const earned = sum(
      entries.flatMap(({ postings }) => postings.filter(({ account }) => account.startsWith('usage:')).map(({ amount }) => amount)),
    );
    expect(line.totals.gpuSeconds).toBeGreaterThan(0);
    expect(line.statement.closedAt).toBeUndefined();
    expect([attempt!.gpuSeconds, sum(pods.map(({ gpuSeconds }) => gpuSeconds)), charged]).toEqual(Array(3).fill(line.totals.gpuSeconds));
    expect([sum(attempt!.shares.map(({ paid }) => paid)), line.totals.selfPaidFen, earned]).toEqual(Array(3).fill(line.totals.listFen));
    const all = (await owner.call('GET', `/jobs/${jobId}/entries`)).body as { items: Entry[] };
    expect(all.items.map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
    const held = (await owner.call('GET', `/jobs/${jobId}/entries?holds=true`)).body as {
      items: { kind: string; attemptNumber: number }[];
    };
    expect(held.items.map(({ kind }) => kind)).toContain('hold.placed');
    expect(held.items.every(({ attemptNumber }) => attemptNumber === 1)).toBe(true);
  });

  it('is followed back from an entry, by those who may read it', async () => {
    const { items } = (await owner.call('GET', `/jobs/${jobId}/entries`)).body as { items: Entry[] };
    const path = `/ledger/entries/${items[0]!.id}`;
    expect((await owner.call('GET', path)).body).toMatchObject({ jobId, jobName: 'sft-7b', attemptNumber: 1, companyId: company.id });
    const stranger = await park.environment.person('owner', await park.environment.company('他司'));
    expect((await stranger.call('GET', path)).status).toBe(404);
    expect((await stranger.call('GET', `/jobs/${jobId}/provenance`)).status).toBe(404);
    expect((await stranger.call('GET', `/jobs/${jobId}/entries`)).status).toBe(404);
    expect((await stranger.call('GET', `/companies/${company.id}/statements/2026-10/jobs/${jobId}`)).status).toBe(404);
    const finance = await park.environment.person('finance');
    expect((await finance.call('GET', path)).status).toBe(200);
    expect((await finance.call('GET', '/ledger/entries/entry_9999999999999')).status).toBe(404);
  });

  it('is shown by mss trace', async () => {
    const mss = await park.somebody('owner');
    await park.signIn(mss, owner.email);
    const { out } = await mss(['trace', jobId]);
    expect(out).toMatch(/1 +paid by wallet at ¥12\.50 +0\.2\d +¥\d/);
    expect(out.match(/pod \S+ on h800/g)).toHaveLength(2);
    const { items } = (await owner.call('GET', `/jobs/${jobId}/entries`)).body as { items: Entry[] };
    expect((await mss(['trace', items[0]!.id])).out).toMatch(new RegExp(`sft-7b \\(${jobId}\\), attempt 1`));
  });
});
