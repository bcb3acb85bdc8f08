import { exitCodeOf } from './exit-codes.ts';
import { ApiProblem, describeFailure, JobEndedBadly, type Problem, Unreachable, UsageError } from './failures.ts';

function refused(status: number, more: Partial<Problem> = {}): ApiProblem {
  return new ApiProblem({ type: 'urn:x', title: 'Refused', status, detail: 'It is too large.', code: 'x', ...more });
}

describe('exit codes', () => {
  it.each([
    [new UsageError('no'), 2],
    [refused(401), 3],
    [refused(403), 3],
    [refused(404), 4],
    [refused(422), 1],
    [refused(503), 1],
    [new Unreachable('away'), 1],
    [new JobEndedBadly('failed'), 5],
  ])('%s → %i', (failure, code) => {
    expect(exitCodeOf(failure)).toBe(code);
  });
});

describe('what a person reads of a refusal', () => {
  it('names the field and the remedy, and says nothing twice', () => {
    const errors = [{ pointer: '/spec/gpus', message: 'It is too large.' }];
    expect(describeFailure(refused(422, { errors, remedy: 'Ask for less.' }))).toBe(
      'Refused: It is too large. (/spec/gpus)\n  → Ask for less.',
    );
  });

  it('lists several faults by their fields', () => {
    const errors = [
      { pointer: '/spec/a', message: 'Wrong.' },
      { parameter: 'limit', message: 'Too many.' },
    ];
    expect(describeFailure(refused(422, { errors }))).toBe('Refused: It is too large.\n  /spec/a: Wrong.\n  limit: Too many.');
  });
});
