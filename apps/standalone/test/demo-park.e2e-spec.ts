import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AuditTrailService } from '#audit';
import { Transactions } from '#database';
import { BusinessCalendar, instantOf } from '#kernel';
import { eventually } from '#kernel/testing';
import { Verifier } from '#statements';
import { bytesOf, readArchive } from '../../cli/src/zip-file.ts';
import { DEMO_PEOPLE } from '../src/demo/people.ts';
import { type Standalone, startStandalone } from '../src/standalone.ts';
import { standaloneSettings } from '../src/standalone-settings.ts';

/** The first start makes the history of the park. */
const FIRST_START_MS = 300_000;
const JOBS_PER_MONTH = '8';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | null;
}
interface JobAnswer {
  readonly name: string;
  readonly state: string;
  readonly waiting: { readonly reason: string } | null;
}

describe('the park of the demo', () => {
  let folder: string;
  let product: Standalone;
  const tokens = new Map<string, string>();

  const start = async (variables: Record<string, string> = {}, report?: (line: string) => void): Promise<Standalone> => {
    const ports = { PORT: '0', POSTGRES_PORT: '0', SIM_PORT: '0' };
    const settings = standaloneSettings({ DATA_DIRECTORY: folder, ...ports, DEMO_JOBS: JOBS_PER_MONTH, ...variables });
    return await startStandalone(settings, undefined, report);
  };
  const ask = async (method: string, at: string, { body, token = '' }: { body?: object; token?: string } = {}) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    return await fetch(`${product.apiUrl}/api/v1${at}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  };
  const tokenOf = async (email: string): Promise<string> => {
    const known = tokens.get(email);
    if (known !== undefined) return known;
    const { accessToken } = (await (await ask('POST', '/demo/sign-in', { body: { email } })).json()) as { accessToken: string };
    tokens.set(email, accessToken);
    return accessToken;
  };
  /** What `email` reads at a path. */
  const read = async <Answer>(email: string, at: string): Promise<Answer> => {
    const answer = await ask('GET', at, { token: await tokenOf(email) });
    expect([at, answer.status]).toEqual([at, 200]);
    return (await answer.json()) as Answer;
  };
  const all = async <Item>(email: string, at: string): Promise<Item[]> => {
    const items: Item[] = [];
    let cursor: string | null | undefined = '';
    while (typeof cursor === 'string') {
      const page: Page<Item> = await read(
        email,
        `${at}${at.includes('?') ? '&' : '?'}limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  };
  const jobs = async (): Promise<JobAnswer[]> => await all<JobAnswer>('admin@park.example', '/jobs');
  const calendar = new BusinessCalendar();
  const monthsAgo = (count: number): string => {
    let month = calendar.monthOf(instantOf(new Date()));
    for (let back = 0; back < count; back += 1) month = calendar.previous(month);
    return month;
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'speedspace-demo-park-'));
    // A first start that is interrupted leaves nothing behind: the next one makes the whole park.
    let lines = 0;
    const interrupt = (): void => {
      lines += 1;
      if (lines === 3) throw new Error('interrupted by the test');
    };
    await expect(start({}, interrupt)).rejects.toThrow('interrupted by the test');
    product = await start();
  }, FIRST_START_MS);
  afterAll(async () => {
    await product.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('lets its people sign in with one click as with a password, on the trail, and nobody else', async () => {
    const { people } = (await (await ask('GET', '/demo/people')).json()) as { people: { email: string; role: string; company?: string }[] };
    expect(people.map(({ email }) => email)).toEqual(DEMO_PEOPLE.map(({ email }) => email));
    for (const { email, role, company } of people) {
      const me = await read(email, '/me');
      expect(me).toMatchObject({ email, roles: [role], companies: company === undefined ? [] : [{ name: company }] });
    }
    const inCookie = await ask('POST', '/demo/sign-in', { body: { email: 'finance@park.example', keepIn: 'cookie' } });
    expect(await inCookie.json()).not.toHaveProperty('refreshToken');
    expect(inCookie.headers.getSetCookie()).toEqual([expect.stringMatching(/^mss_refresh=.*HttpOnly/)]);
    const trail = product.api.get(AuditTrailService, { strict: false });
    const { reader } = product.api.get(Transactions, { strict: false });
    const events = await trail.list(reader, { action: 'sign-in.succeeded', limit: 100 });
    expect(events.filter(({ reason }) => reason === 'demo: one click, without a password')).toHaveLength(people.length + 1);
    const stranger = await ask('POST', '/demo/sign-in', { body: { email: 'somebody@elsewhere.example' } });
    expect([stranger.status, await stranger.json()]).toMatchObject([404, { code: 'demo.person-unknown' }]);
    expect((await ask('POST', '/demo/sign-in', { body: { email: 'nobody' } })).status).toBe(422);
  });

  it('has jobs in every state, and jobs that wait for different reasons', async () => {
    const states = ['Cancelled', 'Failed', 'Queued', 'Running', 'Succeeded', 'Suspended', 'TimedOut'];
    const reasons = ['behind reservation', 'capacity', 'concurrency limit', 'funds'];
    const seen = await eventually(
      'jobs in every state',
      async () => {
        const found = await jobs();
        const waiting = new Set(found.flatMap((job) => (job.state === 'Queued' && job.waiting !== null ? [job.waiting.reason] : [])));
        return { states: [...new Set(found.map(({ state }) => state))].sort(), reasons: [...waiting].sort() };
      },
      (found) => states.every((state) => found.states.includes(state)) && reasons.every((reason) => found.reasons.includes(reason)),
    );
    expect(seen.states).toEqual(expect.arrayContaining(states));
  });

  it('has three closed months whose files verify, and all months reconcile to the second', async () => {
    const finance = 'finance@park.example';
    for (const back of [4, 3, 2, 1, 0]) {
      const month = monthsAgo(back);
      const found = await read(finance, `/reconciliation?month=${month}`);
      expect(found).toMatchObject({ month, differenceCount: 0, agrees: true });
    }
    for (const back of [4, 3, 2]) {
      const archive = await ask('GET', `/months/${monthsAgo(back)}/archive?formats=json`, { token: await tokenOf(finance) });
      const { files, faults } = readArchive(bytesOf(Buffer.from(await archive.arrayBuffer())));
      const verifier = new Verifier();
      for (const [name, content] of files) if (name.endsWith('.json')) verifier.add(name, content.toString('utf8'));
      const verdict = verifier.verdict();
      expect([faults, verdict.faults, verdict.unsigned]).toEqual([[], [], []]);
      expect([verdict.month, verdict.documents]).toEqual([monthsAgo(back), 15]);
    }
    const checklist = await read<{ ready: boolean; items: { state: string }[] }>(finance, `/months/${monthsAgo(1)}/checklist`);
    const found = new Set(checklist.items.map(({ state }) => state));
    expect([checklist.ready, found.has('attention'), found.size > 1]).toEqual([true, true, true]);
  });

  it('has applications in every state, and something that waits for each person who decides', async () => {
    const seen = await all<{ status: string; kind: string }>('reviewer@park.example', '/applications');
    const drafts = await all<{ status: string }>('owner@jiding.example', '/applications');
    const statuses = new Set(seen.map(({ status }) => status));
    expect([...statuses].sort()).toEqual(['approved', 'endorsed', 'recommended', 'rejected', 'returned', 'submitted', 'withdrawn']);
    expect(drafts.map(({ status }) => status)).toEqual(expect.arrayContaining(['draft', 'returned', 'approved']));
    expect(seen).toContainEqual(expect.objectContaining({ status: 'recommended', kind: 'increase' }));

    interface Waiting {
      readonly kind: string;
      readonly proposedBy: { readonly name: string };
    }
    const pending = await all<Waiting>('finance@park.example', '/decisions?state=pending');
    const nameOf = new Map(DEMO_PEOPLE.map(({ email, name }) => [email, name]));
    const waitsFor = (email: string, kind: string): boolean =>
      pending.some((decision) => decision.kind === kind && decision.proposedBy.name !== nameOf.get(email));
    for (const email of ['finance@park.example', 'finance2@park.example']) expect(waitsFor(email, 'bank-transfer')).toBe(true);
    expect(waitsFor('admin2@park.example', 'programme-threshold')).toBe(true);
    const candidates = await read<{ items: object[] }>('operator@park.example', '/incidents/candidates');
    expect(candidates.items.length).toBeGreaterThan(0);
    const incidents = await all<object>('operator@park.example', '/incidents');
    expect(incidents.length).toBeGreaterThan(0);
    const notices = await read<Page<object>>('finance2@park.example', '/me/notices');
    expect(notices.items.length).toBeGreaterThan(0);
  });

  it(
    'is made once: a second start finds it as it is, and offers no sign-in where it is started without demo data',
    async () => {
      const before = (await jobs()).length;
      await product.stop();
      product = await start();
      expect([product.people, (await jobs()).length]).toEqual([[], before]);
      await product.stop();
      product = await start({ DEMO_DATA: 'false' });
      expect((await ask('GET', '/demo/people')).status).toBe(404);
      expect((await ask('POST', '/demo/sign-in', { body: { email: 'admin@park.example' } })).status).toBe(404);
    },
    FIRST_START_MS,
  );
});
