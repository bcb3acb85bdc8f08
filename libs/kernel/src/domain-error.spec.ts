import { DomainError } from './domain-error.ts';
import { invariant } from './invariant.ts';

describe('a domain error', () => {
  it('carries its code, field, detail, remedy and kind', () => {
    const error = new DomainError('grant.insufficient', {
      ...{ field: '/spec/maxRuntime', detail: 'The grant has too little.', remedy: 'Ask for fewer GPUs.', kind: 'conflict' },
    });
    expect(error).toMatchObject({ code: 'grant.insufficient', field: '/spec/maxRuntime', remedy: 'Ask for fewer GPUs.', kind: 'conflict' });
    expect(error).toMatchObject({ name: 'DomainError', message: 'grant.insufficient: The grant has too little.' });
  });

  it('is about invalid input where no kind is given', () => {
    expect(new DomainError('job.x', { detail: 'No.' })).toMatchObject({ kind: 'invalid', field: undefined, remedy: undefined });
  });
});

describe('an invariant', () => {
  it('throws only where it does not hold', () => {
    expect(() => invariant(true, 'one is one')).not.toThrow();
    expect(() => invariant(false, 'one is two')).toThrow('invariant violated: one is two');
  });
});
