import { DomainError } from '#kernel';
import { describeTolerations, MOST_TOLERATIONS, type TolerationInput } from './toleration.ts';

function refusal(...input: TolerationInput[]): DomainError | undefined {
  try {
    describeTolerations(input);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  return undefined;
}

describe('the tolerations of a GPU class', () => {
  it('keep what is given and say which operator they have', () => {
    expect(
      describeTolerations([
        { key: 'dedicated', value: 'training' },
        { key: 'park.example/pool', operator: 'Exists', value: '', effect: '' },
        { key: 'maintenance', operator: 'Equal', effect: 'NoExecute', tolerationSeconds: 0 },
        { operator: 'Exists' },
      ]),
    ).toEqual([
      { key: 'dedicated', operator: 'Equal', value: 'training' },
      { key: 'park.example/pool', operator: 'Exists' },
      { key: 'maintenance', operator: 'Equal', effect: 'NoExecute', tolerationSeconds: 0 },
      { operator: 'Exists' },
    ]);
  });

  it.each<[string, string, TolerationInput]>([
    ['/key', 'operator Exists', {}],
    ['/key', 'operator Exists', { key: '', operator: 'Equal', value: 'x' }],
    ['/key', 'as the node has it', { key: 'a/b/c', operator: 'Exists' }],
    ['/key', 'as the node has it', { key: 'Park.example/pool', operator: 'Exists' }],
    ['/key', 'as the node has it', { key: 'k'.repeat(64), operator: 'Exists' }],
    ['/operator', 'Equal or Exists', { key: 'dedicated', operator: 'Gt', value: '1' }],
    ['/value', 'Remove the value', { key: 'dedicated', operator: 'Exists', value: 'training' }],
    ['/value', 'at most 63', { key: 'dedicated', value: 'two words' }],
    ['/value', 'at most 63', { key: 'dedicated', value: 'v'.repeat(64) }],
    ['/effect', 'NoExecute, NoSchedule or PreferNoSchedule', { key: 'dedicated', operator: 'Exists', effect: 'noschedule' }],
    ['/tolerationSeconds', 'NoExecute', { key: 'dedicated', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 60 }],
    ['/tolerationSeconds', 'NoExecute', { key: 'dedicated', operator: 'Exists', tolerationSeconds: 60 }],
    ['/tolerationSeconds', 'from 0', { key: 'dedicated', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: -1 }],
    ['/tolerationSeconds', 'from 0', { key: 'dedicated', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1.5 }],
  ])('are refused at %s, with what to do (%s)', (field, remedy, toleration) => {
    expect(refusal({ key: 'fine', operator: 'Exists' }, toleration)).toMatchObject({
      code: 'catalog.invalid-class',
      field: `/tolerations/1${field}`,
      remedy: expect.stringContaining(remedy) as string,
    });
  });

  it('are bounded', () => {
    const many = (count: number): TolerationInput[] => Array<TolerationInput>(count).fill({ key: 'dedicated', operator: 'Exists' });
    expect(describeTolerations(many(MOST_TOLERATIONS))).toHaveLength(16);
    expect(refusal(...many(MOST_TOLERATIONS + 1))?.field).toBe('/tolerations');
  });
});
