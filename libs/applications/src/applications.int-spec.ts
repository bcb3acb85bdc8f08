import type { Tx } from '#database';
import { TestDatabase } from '#database/testing';
import { toDate } from '#kernel';
import { accounts } from '#ledger';
import { CommentsService } from './comments.service.ts';
import { RemindersService } from './reminders.service.ts';
import { lin, owner, ParkTestEnvironment, person, reviewer, zhao } from './testing/index.ts';

const DAY = 86_400;
const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');

describe('applications', () => {
  let database: TestDatabase;
  let environment: ParkTestEnvironment;
  beforeAll(async () => {
    database = await TestDatabase.create();
    environment = await ParkTestEnvironment.create(database.transactions);
  });
  afterAll(async () => {
    await database.drop();
  });
  const run: TestDatabase['transactions']['run'] = (work) => database.transactions.run(work);

  it('go from an empty draft to a grant, by two people of the park, with every step on record', async () => {
    const tenantId = await environment.company();
    const requiredAttachments = [{ kind: 'business-licence', name: '营业执照' }];
    const programme = await environment.programme(1_000_000n, { requiredAttachments });
    const { applications, decisions, attachments, start } = environment;
    const draft = await run((tx) => applications.draft(tx, owner, tenantId, { kind: 'grant', programmeId: programme.id }, start));
    const submit = (version: number) => run((tx) => applications.submit(tx, owner, tenantId, draft.id, version, start));
    await expect(submit(1)).rejects.toMatchObject({ code: 'application.incomplete', field: '/purpose' });

    const content = { purpose: '微调', amount: 500_000n, validFrom: toDate(start), validUntil: toDate(start + 90 * DAY) };
    const saved = await run((tx) => applications.edit(tx, tenantId, draft.id, 1, content, start));
    expect(saved).toMatchObject({ version: 2, amount: 500_000n, status: 'draft' });
    await expect(run((tx) => applications.edit(tx, tenantId, draft.id, 1, { purpose: 'x' }, start))).rejects.toThrow('application.stale');
    await expect(submit(2)).rejects.toMatchObject({ code: 'application.attachment-missing' });

    const attachment = { kind: 'business-licence', fileName: '营业执照.pdf', content: PDF };
    await run((tx) => attachments.add(tx, owner, tenantId, draft.id, attachment, start));
    const submitted = await submit(2);
    await expect(run((tx) => attachments.add(tx, owner, tenantId, draft.id, attachment, start))).rejects.toThrow('application.status');
    const word = { verdict: 'recommend', amount: 400_000n, opinion: '材料齐全' } as const;
    await expect(run((tx) => decisions.review(tx, reviewer, draft.id, 2, word, start))).rejects.toThrow('application.stale');
    const recommended = await run((tx) => decisions.review(tx, reviewer, draft.id, submitted.version, word, start));
    const approve = { verdict: 'approve', amount: 300_000n, opinion: '部分批准' } as const;
    await expect(run((tx) => decisions.decide(tx, reviewer, draft.id, recommended.version, approve, start))).rejects.toThrow(
      'application.same-person',
    );
    const approved = await run((tx) => decisions.decide(tx, lin, draft.id, recommended.version, approve, start + 60));
    expect(approved).toMatchObject({ status: 'approved', approval: { by: lin.id, amount: 300_000n } });

    const [grant] = await environment.grants.list(database.transactions.reader, tenantId);
    expect(grant).toMatchObject({ applicationId: draft.id, programmeId: programme.id, validUntil: content.validUntil, frozen: false });
    expect(await environment.balance(accounts.grantAvailable(grant!.id))).toBe(300_000n);
    expect(await environment.balance(accounts.programmeBudget(programme.id))).toBe(700_000n);
    const events = await applications.events(database.transactions.reader, draft.id);
    expect(events.map(({ action, actor, amount }) => [action, actor.name, amount])).toEqual([
      ['created', 'owner', null],
      ['submitted', 'owner', null],
      ['recommended', 'reviewer', 400_000n],
      ['approved', 'lin', 300_000n],
    ]);
    expect(events[1]?.content).toMatchObject({ purpose: '微调', amount: '500000' });
    const trail = await database.owner.query<{ action: string }[]>(
      `SELECT action FROM audit_event WHERE tenant_id = $1 AND action NOT LIKE 'company%' ORDER BY id`,
      [tenantId],
    );
    expect(trail.map(({ action }) => action)).toEqual([
      ...['application.created', 'attachment.added', 'application.submitted', 'application.recommended'],
      ...['application.approved', 'grant.opened'],
    ]);
  });

  it('above the threshold are promised only by the second final approval', async () => {
    const programme = await environment.programme(10_000n, { secondApprovalAbove: 500n });
    const { id, version } = await environment.recommended(programme.id, await environment.company(), 1_000n);
    const approve = { verdict: 'approve', opinion: '' } as const;
    const endorsed = await run((tx) => environment.decisions.decide(tx, lin, id, version, approve, environment.start));
    expect(endorsed.status).toBe('endorsed');
    expect(await environment.balance(accounts.programmeBudget(programme.id))).toBe(10_000n);
    await run((tx) => environment.decisions.decide(tx, zhao, id, endorsed.version, approve, environment.start));
    expect(await environment.balance(accounts.programmeBudget(programme.id))).toBe(9_000n);
  });

  it('increase and extend a grant, and propose to freeze it or claw it back, by the same way', async () => {
    const tenantId = await environment.company();
    const programme = await environment.programme(10_000n);
    const grantId = await environment.grant(programme.id, tenantId, 1_000n);
    const { applications, decisions, start } = environment;
    const through = async (input: Parameters<typeof applications.draft>[3]) =>
      await run(async (tx) => {
        const draft = await applications.draft(tx, owner, tenantId, { purpose: '继续训练', ...input }, start);
        const submitted = await applications.submit(tx, owner, tenantId, draft.id, 1, start);
        const reviewed = await decisions.review(tx, reviewer, draft.id, submitted.version, { verdict: 'recommend', opinion: '' }, start);
        return await decisions.decide(tx, lin, draft.id, reviewed.version, { verdict: 'approve', opinion: '' }, start);
      });
    await through({ kind: 'increase', grantId, amount: 500n });
    await through({ kind: 'extension', grantId, validUntil: toDate(start + 60 * DAY) });
    await run(async (tx) => {
      for (const kind of ['claw-back', 'freeze'] as const) {
        const proposal = await applications.propose(tx, reviewer, { kind, grantId, amount: 5_000n, opinion: '长期闲置' }, start);
        await decisions.decide(tx, lin, proposal.id, proposal.version, { verdict: 'approve', opinion: '' }, start);
      }
    });
    expect(await environment.grants.get(database.transactions.reader, grantId)).toMatchObject({
      frozen: true,
      validUntil: toDate(start + 60 * DAY),
    });
    expect(await environment.balance(accounts.programmeBudget(programme.id))).toBe(10_000n);
    const { events } = await environment.sheets.sheet(
      database.transactions.reader,
      await environment.grants.get(database.transactions.reader, grantId),
      start,
    );
    expect(events.map(({ kind, amount, reason }) => [kind, amount, reason])).toEqual([
      ['opened', 1_000n, null],
      ['increased', 500n, null],
      ['extended', null, null],
      ['clawed-back', 1_500n, '长期闲置'],
      ['frozen', null, '长期闲置'],
    ]);
  });

  it('renew a grant by a new one after it, by the same way, with the papers and the window of a first one', async () => {
    const tenantId = await environment.company();
    const requiredAttachments = [{ kind: 'business-licence', name: '营业执照' }];
    const window = { applicationFrom: toDate(environment.start), applicationUntil: toDate(environment.start + 10 * DAY) };
    const programme = await environment.programme(10_000n, { requiredAttachments, ...window });
    const grantId = await environment.grant(programme.id, tenantId, 1_000n);
    const { applications, attachments, decisions, start } = environment;
    const period = { validFrom: toDate(start + 30 * DAY), validUntil: toDate(start + 60 * DAY) };
    const input = { kind: 'renewal', grantId, amount: 2_000n, purpose: '继续训练', ...period } as const;
    await expect(run((tx) => applications.draft(tx, owner, tenantId, { ...input, kind: 'grant' }, start))).rejects.toThrow(
      'application.incomplete',
    );
    const draft = await run((tx) => applications.draft(tx, owner, tenantId, input, start));
    const submit = (at: number) => run((tx) => applications.submit(tx, owner, tenantId, draft.id, 1, at));
    await expect(submit(start)).rejects.toThrow('application.attachment-missing');
    await run((tx) =>
      attachments.add(tx, owner, tenantId, draft.id, { kind: 'business-licence', fileName: '执照.pdf', content: PDF }, start),
    );
    await expect(submit(start + 10 * DAY)).rejects.toThrow('programme.outside-window');
    const submitted = await submit(start + 10 * DAY - 1);
    const word = { verdict: 'recommend', opinion: '' } as const;
    const reviewed = await run((tx) => decisions.review(tx, reviewer, draft.id, submitted.version, word, start));
    await expect(
      run((tx) => decisions.decide(tx, reviewer, draft.id, reviewed.version, { verdict: 'approve', opinion: '' }, start)),
    ).rejects.toThrow('application.same-person');
    await run((tx) => decisions.decide(tx, lin, draft.id, reviewed.version, { verdict: 'approve', amount: 1_500n, opinion: '' }, start));
    const [first, renewed] = await environment.grants.list(database.transactions.reader, tenantId);
    expect([first?.id, renewed]).toMatchObject([grantId, { applicationId: draft.id, ...period }]);
    expect(await environment.balance(accounts.grantAvailable(renewed!.id))).toBe(1_500n);
    expect(await environment.balance(accounts.grantAvailable(grantId))).toBe(1_000n);
  });

  it('are not reviewed, decided, raised or frozen by who belongs to the company, and not seen as drafts or by other companies', async () => {
    const programme = await environment.programme(10_000n);
    const tenantId = await environment.company();
    const insider = person('insider');
    await database.owner.query(
      `INSERT INTO app_user (id, email, name, created_at, updated_at) VALUES ($1, 'insider@example.com', 'insider', now(), now()) ON CONFLICT DO NOTHING`,
      [insider.id],
    );
    await run((tx) => environment.members.add(tx, owner, tenantId, { userId: insider.id, role: 'engineer' }));
    const { id, version } = await environment.recommended(programme.id, tenantId, 100n);
    const approve = { verdict: 'approve', opinion: '' } as const;
    await expect(run((tx) => environment.decisions.decide(tx, insider, id, version, approve, environment.start))).rejects.toThrow(
      'access.conflict-of-interest',
    );
    const grantId = await environment.grant(programme.id, tenantId, 100n);
    const submitted = await run(async (tx) => {
      const content = { amount: 100n, purpose: '微调', validFrom: toDate(environment.start), validUntil: toDate(environment.start + DAY) };
      const input = { kind: 'grant', programmeId: programme.id, ...content } as const;
      const { id: drafted } = await environment.applications.draft(tx, owner, tenantId, input, environment.start);
      return await environment.applications.submit(tx, owner, tenantId, drafted, 1, environment.start);
    });
    const word = { verdict: 'recommend', opinion: '' } as const;
    const proposal = { kind: 'claw-back', grantId, amount: 1n, opinion: '闲置' } as const;
    const raised = await run((tx) => environment.applications.propose(tx, reviewer, proposal, environment.start));
    for (const attempt of [
      (tx: Tx) => environment.decisions.review(tx, insider, submitted.id, submitted.version, word, environment.start),
      (tx: Tx) => environment.applications.propose(tx, insider, proposal, environment.start),
      (tx: Tx) => environment.applications.propose(tx, insider, { ...proposal, kind: 'freeze', amount: null }, environment.start),
      (tx: Tx) => environment.decisions.decide(tx, insider, raised.id, raised.version, approve, environment.start),
      (tx: Tx) => environment.decisions.freeze(tx, insider, grantId, '核查', environment.start),
      (tx: Tx) => environment.decisions.unfreeze(tx, insider, grantId, '核查', environment.start),
    ]) {
      await expect(run<unknown>(attempt)).rejects.toThrow('access.conflict-of-interest');
    }
    await expect(environment.applications.get(database.transactions.reader, id, await environment.company())).rejects.toThrow(
      'application.unknown',
    );
    const draft = await run((tx) =>
      environment.applications.draft(tx, owner, tenantId, { kind: 'grant', programmeId: programme.id }, environment.start),
    );
    await expect(environment.applications.get(database.transactions.reader, draft.id)).rejects.toThrow('application.unknown');
  });

  it('cannot be written as approved by one person, not even by the owner of the tables', async () => {
    const programme = await environment.programme(10_000n);
    const { id } = await environment.recommended(programme.id, await environment.company(), 100n);
    await expect(
      database.owner.query(`UPDATE application SET status = 'approved', approved_by = recommended_by WHERE id = $1`, [id]),
    ).rejects.toThrow('check constraint');
  });

  it('wait for an open programme and an active company', async () => {
    const programme = await environment.programme(10_000n);
    const tenantId = await environment.company();
    const { id, version } = await environment.recommended(programme.id, tenantId, 100n);
    await run((tx) => environment.programmes.setStatus(tx, lin, programme.id, 'paused', programme.version));
    const approve = (at = version) =>
      run((tx) => environment.decisions.decide(tx, lin, id, at, { verdict: 'approve', opinion: '' }, environment.start));
    await expect(approve()).rejects.toThrow('programme.not-open');
    await run((tx) => environment.programmes.setStatus(tx, lin, programme.id, 'open', programme.version + 1));
    await run((tx) => environment.companies.setStatus(tx, lin, tenantId, { status: 'suspended', reason: '欠费' }, 1));
    await expect(approve()).rejects.toThrow('company.suspended');
  });

  it('remind of what is due once a day ahead and once when it is late, and anew after the next step', async () => {
    const programme = await environment.programme(10_000n, { reviewDays: 3, decisionDays: 2 });
    const { id, version } = await environment.recommended(programme.id, await environment.company(), 100n);
    const reminders = new RemindersService();
    const due = environment.start + 2 * DAY;
    const remind = async (at: number) =>
      (await run((tx) => reminders.remindDue(tx, at))).filter(({ applicationId }) => applicationId === id).map(({ action }) => action);
    expect(await remind(due - DAY - 1)).toEqual([]);
    expect(await remind(due - DAY)).toEqual(['due-soon']);
    expect(await remind(due - 1)).toEqual([]);
    expect(await remind(due)).toEqual(['overdue']);
    expect(await remind(due + DAY)).toEqual([]);
    const overdue = await environment.applications.list(database.transactions.reader, {
      dueBefore: toDate(due + 1),
      programmeId: programme.id,
      limit: 10,
    });
    expect(overdue.map((application) => application.id)).toEqual([id]);
    await run((tx) => environment.decisions.decide(tx, lin, id, version, { verdict: 'reject', opinion: '用途不符' }, due));
    expect(await remind(due + 2 * DAY)).toEqual([]);
  });

  it('take papers by what they contain, and give them back byte for byte', async () => {
    const programme = await environment.programme(10_000n);
    const tenantId = await environment.company();
    const { attachments, start } = environment;
    const { id } = await run((tx) =>
      environment.applications.draft(tx, owner, tenantId, { kind: 'grant', programmeId: programme.id }, start),
    );
    const add = (content: Buffer, fileName: string) =>
      run((tx) => attachments.add(tx, owner, tenantId, id, { kind: 'other', fileName, content }, start));
    await expect(add(Buffer.from('MZ\x90\0'), '计划书.pdf')).rejects.toThrow('attachment.type');
    await expect(add(Buffer.from('<script>alert(1)</script>'), 'plan.pdf')).rejects.toThrow('attachment.type');
    const added = await add(PDF, '../计划书.pdf');
    expect(added).toMatchObject({ fileName: '计划书.pdf', mediaType: 'application/pdf', sizeBytes: PDF.length, kind: 'other' });
    const read = await attachments.content(database.transactions.reader, id, added.id);
    expect(read.content.equals(PDF)).toBe(true);
    await run((tx) => attachments.remove(tx, owner, tenantId, id, added.id, start));
    expect(await attachments.list(database.transactions.reader, id)).toEqual([]);
  });

  it('carry comments, some of them for the park only', async () => {
    const programme = await environment.programme(10_000n);
    const { id } = await environment.recommended(programme.id, await environment.company(), 100n);
    const comments = new CommentsService();
    await run((tx) => comments.add(tx, reviewer, id, { audience: 'park', body: '请查去年用量' }, environment.start));
    await run((tx) => comments.add(tx, owner, id, { audience: 'everybody', body: '已补充' }, environment.start));
    const bodies = async (audience: 'park' | 'everybody') =>
      (await comments.list(database.transactions.reader, id, audience)).map(({ body }) => body);
    expect(await bodies('park')).toEqual(['请查去年用量', '已补充']);
    expect(await bodies('everybody')).toEqual(['已补充']);
  });

  it('need a second approval when parts add up to more than the threshold of their submission', async () => {
    const programme = await environment.programme(10_000n, { secondApprovalAbove: 1_000n });
    const tenantId = await environment.company();
    const grantId = await environment.grant(programme.id, tenantId, 600n);
    const { applications, decisions, start } = environment;
    const increase = async (amount: bigint) =>
      await run(async (tx) => {
        const draft = await applications.draft(tx, owner, tenantId, { kind: 'increase', purpose: '继续训练', grantId, amount }, start);
        const submitted = await applications.submit(tx, owner, tenantId, draft.id, 1, start);
        return await decisions.review(tx, reviewer, draft.id, submitted.version, { verdict: 'recommend', opinion: '' }, start);
      });
    const approve = async ({ id, version }: { id: string; version: number }) =>
      (await run((tx) => decisions.decide(tx, lin, id, version, { verdict: 'approve', opinion: '' }, start))).status;
    const parts = [await increase(400n), await increase(400n)];
    // The one who approves lifts the threshold meanwhile: it is the one of submission that counts.
    await run((tx) => environment.programmes.change(tx, zhao, programme.id, programme.version, { secondApprovalAbove: null }));
    expect(await approve(parts[0]!)).toBe('approved');
    expect(await approve(parts[1]!)).toBe('endorsed');
    // Nor do grants beside each other get round it, each promised by one approval.
    await run((tx) => environment.programmes.change(tx, zhao, programme.id, programme.version + 1, { secondApprovalAbove: 1_000n }));
    const other = await environment.company();
    expect(await approve(await environment.recommended(programme.id, other, 600n))).toBe('approved');
    expect(await approve(await environment.recommended(programme.id, other, 401n))).toBe('endorsed');
    expect(await approve(await environment.recommended(programme.id, other, 400n))).toBe('approved');
  });

  it('are not decided by who belonged to the company when it applied', async () => {
    const programme = await environment.programme(10_000n);
    const tenantId = await environment.company();
    for (const role of ['owner', 'engineer'] as const) {
      await database.owner.query(
        `INSERT INTO app_user (id, email, name, created_at, updated_at) VALUES ($1, $1 || '@example.com', $1, now(), now())`,
        [`user_former_${role}`],
      );
      await run((tx) => environment.members.add(tx, owner, tenantId, { userId: `user_former_${role}`, role }));
    }
    const { id, version } = await environment.recommended(programme.id, tenantId, 100n);
    await run((tx) => environment.members.remove(tx, owner, tenantId, 'user_former_engineer'));
    const decide = (by: string) =>
      run((tx) => environment.decisions.decide(tx, person(by), id, version, { verdict: 'approve', opinion: '' }, environment.start));
    await expect(decide('former_engineer')).rejects.toThrow('access.conflict-of-interest');
    await expect(decide('former_owner')).rejects.toThrow('access.conflict-of-interest');
    expect((await decide('zhao')).status).toBe('approved');
  });
});
