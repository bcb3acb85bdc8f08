import { DomainError, toDate } from '#kernel';
import {
  changedProgramme,
  type NewProgramme,
  type Programme,
  requireSoundTerms,
  requireTakesApplications,
  requireTransition,
  termsOf,
} from './programme.ts';

const NOW = 1_790_000_000;
const given: NewProgramme = {
  ...{ code: 'x', name: '徐汇算力补贴', funder: '徐汇区', unit: 'CNY', coverageBp: 5_000n, priority: 10, classes: ['h800', 'a100'] },
  ...{ monthlyCapPerTenant: null, capPerTenant: null, carryOver: false, validFrom: toDate(NOW), validUntil: toDate(NOW + 86_400) },
};
const programme: Programme = { ...termsOf(given), id: 'programme_x', code: 'x', status: 'open', version: 1 };

function refusal(act: () => unknown): [string, string | undefined] | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return [error.code, error.field];
    throw error;
  }
  return undefined;
}

describe('the terms of a programme', () => {
  it.each<[string, string, Partial<NewProgramme>]>([
    ['programme.name', '/name', { name: ' ' }],
    ['programme.funder', '/funder', { funder: '' }],
    ['programme.validity', '/validUntil', { validUntil: toDate(NOW) }],
    ['programme.coverage', '/coverageBp', { coverageBp: 10_001n }],
    ['programme.classes', '/classes', { classes: [] }],
    ['programme.classes', '/classes', { classes: ['h800', 'h800'] }],
    ['programme.classes', '/classes', { unit: 'GPU_SECONDS', coverageBp: 10_000n }],
    ['programme.coverage', '/coverageBp', { unit: 'GPU_SECONDS', classes: ['h800'] }],
    ['programme.amount-negative', '/monthlyCapPerTenant', { monthlyCapPerTenant: -1n }],
    ['programme.amount-negative', '/capPerTenant', { capPerTenant: -1n }],
    ['programme.amount-negative', '/secondApprovalAbove', { secondApprovalAbove: -1n }],
    ['programme.days', '/reviewDays', { reviewDays: 0 }],
    ['programme.days', '/decisionDays', { decisionDays: 1.5 }],
    ['programme.window', '/applicationUntil', { applicationFrom: toDate(NOW + 1), applicationUntil: toDate(NOW) }],
    ['programme.attachments', '/requiredAttachments', { requiredAttachments: [{ kind: 'Business Licence', name: '营业执照' }] }],
  ])('are refused with %s at %s', (code, field, wrong) => {
    expect(refusal(() => requireSoundTerms(termsOf({ ...given, ...wrong })))).toEqual([code, field]);
  });

  it('stand when a GPU-second programme names one class and covers it in full', () => {
    const hours = { ...given, unit: 'GPU_SECONDS', classes: ['h800'], coverageBp: 10_000n } as const;
    expect(refusal(() => requireSoundTerms(termsOf(hours)))).toBeUndefined();
  });

  it('keep what charges rest on once the programme was opened', () => {
    expect(refusal(() => changedProgramme(programme, { coverageBp: 7_000n }))).toEqual(['programme.fixed', '/coverageBp']);
    expect(refusal(() => changedProgramme(programme, { classes: ['h800'] }))).toEqual(['programme.fixed', '/classes']);
    expect(changedProgramme(programme, { capPerTenant: 5n, priority: 3 })).toMatchObject({ capPerTenant: 5n, priority: 3 });
    expect(changedProgramme({ ...programme, status: 'draft' }, { coverageBp: 7_000n }).coverageBp).toBe(7_000n);
  });

  it('open, pause and close, and stay closed', () => {
    const may = (from: Programme['status'], to: Programme['status']) =>
      refusal(() => requireTransition({ ...programme, status: from }, to)) === undefined;
    expect([may('draft', 'open'), may('open', 'paused'), may('paused', 'open'), may('paused', 'closed')]).toEqual([true, true, true, true]);
    expect([may('open', 'draft'), may('draft', 'paused'), may('closed', 'open'), may('open', 'open')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('take applications while open and within the window, its end excluded', () => {
    const windowed = { ...programme, applicationFrom: toDate(NOW), applicationUntil: toDate(NOW + 10) };
    expect(refusal(() => requireTakesApplications(windowed, NOW - 1))?.[0]).toBe('programme.outside-window');
    expect(refusal(() => requireTakesApplications(windowed, NOW))).toBeUndefined();
    expect(refusal(() => requireTakesApplications(windowed, NOW + 9))).toBeUndefined();
    expect(refusal(() => requireTakesApplications(windowed, NOW + 10))?.[0]).toBe('programme.outside-window');
    expect(refusal(() => requireTakesApplications({ ...programme, status: 'paused' }, NOW))?.[0]).toBe('programme.not-open');
  });
});
