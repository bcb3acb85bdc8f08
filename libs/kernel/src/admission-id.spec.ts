import fc from 'fast-check';
import { admissionIdOf, attemptOfAdmission } from './admission-id.ts';

describe('the id of an admission', () => {
  it('names a job and one of its attempts', () => {
    expect(admissionIdOf({ jobId: 'job_01j', attempt: 2 })).toBe('job_01j/2');
  });

  it('gives back the attempt it was built from, also where a job id has a slash', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9_/]+$/), fc.nat(), (jobId, attempt) => {
        expect(attemptOfAdmission(admissionIdOf({ jobId, attempt }))).toEqual({ jobId, attempt });
      }),
    );
  });

  it('refuses what is no admission id', () => {
    expect(() => attemptOfAdmission('job_01j')).toThrow('job_01j is the id of an admission');
  });
});
