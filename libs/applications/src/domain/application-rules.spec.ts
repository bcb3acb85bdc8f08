import fc from 'fast-check';
import { DomainError, type Instant, toDate } from '#kernel';
import { type Application, EMPTY_CONTENT } from './application.ts';
import {
  decided as decidedBeside,
  edited,
  type FinalDecision,
  type Promised,
  proposed,
  reviewed,
  type Step,
  submitted,
  withdrawn,
} from './application-rules.ts';
import type { Programme } from '#programmes';

const NOW: Instant = 1_790_000_000;
const DAY = 86_400;

const programme: Programme = {
  ...{ id: 'programme_x', code: 'x', name: '徐汇算力补贴', funder: '徐汇区', unit: 'CNY', coverageBp: 5_000n, priority: 10 },
  ...{ classes: ['h800'], monthlyCapPerTenant: null, capPerTenant: null, carryOver: false, status: 'open', version: 1 },
  ...{ validFrom: toDate(NOW - DAY), validUntil: toDate(NOW + 365 * DAY), applicationFrom: null, applicationUntil: null },
  ...{ requiredAttachments: [], secondApprovalAbove: 1_000n, reviewDays: 3, decisionDays: 7 },
};

const draft: Application = {
  ...EMPTY_CONTENT,
  ...{ id: 'application_x', kind: 'grant', programmeId: programme.id, tenantId: 'company_a', grantId: null, status: 'draft', round: 0 },
  ...{ amount: 5_000n, validFrom: toDate(NOW), validUntil: toDate(NOW + 90 * DAY), purpose: '微调' },
  ...{
    submittedBy: null,
    submittedAt: null,
    submission: null,
    held: 0n,
    recommendation: null,
    endorsement: null,
    approval: null,
    dueAt: null,
    decidedAt: null,
  },
  ...{ createdBy: 'owner', createdAt: toDate(NOW), updatedAt: toDate(NOW), version: 1 },
};

const person = (id: string) => ({ id });
const submit = (application: Application, terms = programme) => submitted(application, 'owner', terms, ['owner'], NOW).after;
const NOTHING: Promised = { byGrant: 0n, byOne: 0n };
const decided = (
  application: Application,
  approver: { id: string },
  word: FinalDecision,
  terms: Programme,
  at: Instant,
  promised = NOTHING,
) => decidedBeside(application, approver, word, terms, promised, at);
const recommend = (application: Application, by = 'reviewer') =>
  reviewed(application, person(by), { verdict: 'recommend', opinion: '', amount: 4_000n }, programme, NOW).after;

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return undefined;
}

describe('the way of an application', () => {
  it('goes from draft through review to a final approval of a part', () => {
    const recommended = recommend(submit(draft));
    expect(recommended).toMatchObject({ status: 'recommended', round: 1, recommendation: { by: 'reviewer', amount: 4_000n } });
    expect(recommended.dueAt).toEqual(toDate(NOW + 7 * DAY));
    const { after } = decided(recommended, person('lin'), { verdict: 'approve', amount: 800n, opinion: '' }, programme, NOW);
    expect(after).toMatchObject({ status: 'approved', dueAt: null, approval: { by: 'lin', amount: 800n, validUntil: draft.validUntil } });
  });

  it('approves what was recommended where the approver names no amount', () => {
    const modest = { ...programme, secondApprovalAbove: null };
    const { after } = decided(recommend(submit(draft, modest)), person('lin'), { verdict: 'approve', opinion: '' }, modest, NOW);
    expect(after.approval).toMatchObject({ amount: 4_000n });
  });

  it('asks a second approver, another person again, above the threshold', () => {
    const endorsed = decided(recommend(submit(draft)), person('lin'), { verdict: 'approve', opinion: '' }, programme, NOW).after;
    expect(endorsed).toMatchObject({ status: 'endorsed', endorsement: { by: 'lin', amount: 4_000n } });
    const second = (by: string, amount?: bigint) =>
      decided(endorsed, person(by), { verdict: 'approve', opinion: '', ...(amount !== undefined && { amount }) }, programme, NOW).after;
    expect(codeOf(() => second('lin'))).toBe('application.same-person');
    expect(codeOf(() => second('reviewer'))).toBe('application.same-person');
    expect(codeOf(() => second('zhao', 4_001n))).toBe('application.amount-exceeds');
    expect(second('zhao')).toMatchObject({ status: 'approved', approval: { by: 'zhao', amount: 4_000n } });
  });

  it('needs no second word exactly at the threshold', () => {
    const { after } = decided(recommend(submit(draft)), person('lin'), { verdict: 'approve', amount: 1_000n, opinion: '' }, programme, NOW);
    expect(after.status).toBe('approved');
  });

  it('holds to the threshold of its submission, and to what the grant adds up to', () => {
    const modest = { verdict: 'approve', amount: 600n, opinion: '' } as const;
    const asked = recommend(submit(draft));
    const statusOf = (terms: Programme, promised: Partial<Promised>) =>
      decided(asked, person('lin'), modest, terms, NOW, { ...NOTHING, ...promised }).after.status;
    for (const by of ['byGrant', 'byOne'] as const) {
      expect(statusOf(programme, { [by]: 400n })).toBe('approved');
      expect(statusOf(programme, { [by]: 401n })).toBe('endorsed');
      expect(statusOf({ ...programme, secondApprovalAbove: null }, { [by]: 401n })).toBe('endorsed');
      expect(statusOf({ ...programme, secondApprovalAbove: 1n }, { [by]: 400n })).toBe('approved');
    }
  });

  it('comes back for changes with all words withdrawn, and goes again in a new round', () => {
    const back = reviewed(submit(draft), person('reviewer'), { verdict: 'return', opinion: '请补充用途' }, programme, NOW).after;
    expect(back).toMatchObject({ status: 'returned', dueAt: null, recommendation: null });
    const again = submit(edited(back, { purpose: '预训练' }));
    expect(again).toMatchObject({ status: 'submitted', round: 2, purpose: '预训练' });
    expect(again.dueAt).toEqual(toDate(NOW + 3 * DAY));
  });

  it('says why when it returns, declines or rejects', () => {
    const silent = { verdict: 'decline', opinion: '  ' } as const;
    expect(codeOf(() => reviewed(submit(draft), person('reviewer'), silent, programme, NOW))).toBe('application.opinion-missing');
    const rejected = decided(recommend(submit(draft)), person('lin'), { verdict: 'reject', opinion: '预算用尽' }, programme, NOW);
    expect(rejected).toMatchObject({ action: 'rejected', opinion: '预算用尽', after: { status: 'rejected' } });
  });

  it.each([
    ['who submitted it', () => recommendBy(person('owner')), 'application.same-person'],
    [
      'who reviewed it, as approver',
      () => decided(recommend(submit(draft)), person('reviewer'), approve, programme, NOW),
      'application.same-person',
    ],
  ])('is decided by nobody %s', (_who, act, code) => {
    expect(codeOf(act)).toBe(code);
  });

  it('never gives more or longer than was asked for, nor in the past', () => {
    const final = (word: object) => decided(recommend(submit(draft)), person('lin'), { ...approve, ...word }, programme, NOW);
    expect(codeOf(() => final({ amount: 5_001n }))).toBe('application.amount-exceeds');
    expect(codeOf(() => final({ amount: 0n }))).toBe('application.amount-exceeds');
    expect(codeOf(() => final({ validUntil: toDate(NOW + 91 * DAY) }))).toBe('application.period-exceeds');
    expect(codeOf(() => final({ validUntil: toDate(NOW) }))).toBe('application.period-over');
  });

  it('cannot be changed, reviewed or withdrawn once it is over', () => {
    const over = withdrawn(submit(draft), '不再需要', NOW).after;
    expect(over.status).toBe('withdrawn');
    expect(codeOf(() => edited(over, {}))).toBe('application.status');
    expect(codeOf(() => recommend(over))).toBe('application.status');
    expect(codeOf(() => withdrawn(over, '', NOW))).toBe('application.status');
  });

  it('lets the park propose a claw-back, which somebody else decides and nobody returns', () => {
    const proposal: Application = {
      ...draft,
      kind: 'claw-back',
      grantId: 'grant_a',
      amount: 9_000n,
      validUntil: null,
      createdBy: 'reviewer',
    };
    const { after } = proposed(proposal, person('reviewer'), '闲置', programme, NOW);
    expect(after).toMatchObject({ status: 'recommended', recommendation: { by: 'reviewer', amount: 9_000n } });
    expect(codeOf(() => decided(after, person('reviewer'), approve, programme, NOW))).toBe('application.same-person');
    expect(codeOf(() => decided(after, person('lin'), { verdict: 'return', opinion: '?' }, programme, NOW))).toBe(
      'application.not-returnable',
    );
    expect(decided(after, person('lin'), approve, programme, NOW).after.status).toBe('approved');
  });

  it('has no path on which one person approves, whatever anybody tries in whatever order', () => {
    const people = ['owner', 'a', 'b', 'c'];
    const attempt = fc.record({
      by: fc.constantFrom(...people),
      act: fc.constantFrom('submit', 'submit', 'recommend', 'recommend', 'approve', 'approve', 'approve', 'return', 'send back', 'edit'),
      amount: fc.option(fc.bigInt({ min: 1n, max: 6_000n }), { nil: undefined, freq: 2 }),
    });
    const beside = fc.constantFrom<Promised>(NOTHING, NOTHING, { byGrant: 300n, byOne: 0n }, { byGrant: 900n, byOne: 1_001n });
    let approvals = 0;
    fc.assert(
      fc.property(fc.array(attempt, { minLength: 10, maxLength: 40, size: 'max' }), beside, (attempts, promised) => {
        let application = draft;
        for (const { by, act, amount } of attempts) {
          const decider = person(by);
          const word = { opinion: 'so', ...(amount !== undefined && { amount }) };
          const steps: Record<typeof act, () => Step | { after: Application }> = {
            submit: () => submitted(application, by, programme, ['owner'], NOW),
            recommend: () => reviewed(application, decider, { verdict: 'recommend', ...word }, programme, NOW),
            return: () => reviewed(application, decider, { verdict: 'return', ...word }, programme, NOW),
            approve: () =>
              decided(application, decider, { verdict: 'approve', ...word }, { ...programme, secondApprovalAbove: null }, NOW, promised),
            'send back': () => decided(application, decider, { verdict: 'return', ...word }, programme, NOW),
            edit: () => ({ after: edited(application, { amount: amount ?? 5_000n }) }),
          };
          try {
            application = steps[act]().after;
          } catch (error) {
            if (!(error instanceof DomainError)) throw error;
          }
        }
        if (application.status !== 'approved') return;
        approvals += 1;
        const hands = [application.recommendation?.by, application.endorsement?.by, application.approval?.by].filter(
          (by) => by !== undefined,
        );
        expect(new Set(hands).size).toBe(hands.length);
        expect(hands).not.toContain(application.submittedBy);
        expect(application.approval!.amount! <= application.amount!).toBe(true);
        expect(hands.length).toBeGreaterThanOrEqual(largest(promised) + application.approval!.amount! > 1_000n ? 3 : 2);
      }),
      { numRuns: 2_000 },
    );
    // Otherwise the property would hold of nothing.
    expect(approvals).toBeGreaterThan(100);
  });
});

const approve = { verdict: 'approve', opinion: '', amount: 500n } as const;

const largest = ({ byGrant, byOne }: Promised): bigint => (byGrant > byOne ? byGrant : byOne);

function recommendBy(by: { id: string }): Step {
  return reviewed(submit(draft), by, { verdict: 'recommend', opinion: '' }, programme, NOW);
}
