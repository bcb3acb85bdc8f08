import { UsageError } from './failures.ts';
import { inOrderOfDependencies, nameOf, withSubmittedIds } from './job-documents.ts';
import type { JobFile } from './job-file.ts';

const job = (name: string, ...after: string[]): JobFile =>
  ({ metadata: { name }, spec: { ...(after.length > 0 && { after: after.map((needed) => ({ job: needed })) }) } }) as JobFile;

describe('the jobs of one file', () => {
  it('are submitted after those that they wait for', () => {
    const jobs = [job('report', 'train', 'evaluate'), job('evaluate', 'train', 'elsewhere'), job('train')];
    expect(inOrderOfDependencies('jobs.yaml', jobs).map(nameOf)).toEqual(['train', 'evaluate', 'report']);
  });

  it('are refused where they wait for each other, before anything is sent', () => {
    const cycle = [job('a', 'b'), job('b', 'c'), job('c', 'a')];
    expect(() => inOrderOfDependencies('jobs.yaml', cycle)).toThrow('The jobs of jobs.yaml wait for each other in a cycle: a → b → c → a.');
    expect(() => inOrderOfDependencies('jobs.yaml', [job('a', 'a')])).toThrow('a → a');
    expect(() => inOrderOfDependencies('jobs.yaml', [job('a'), job('a'), job('b', 'a')])).toThrow(UsageError);
  });

  it('wait for the very jobs that were submitted with them', () => {
    expect(withSubmittedIds(job('b', 'a', 'c'), new Map([['a', 'job_1']]))).toMatchObject({
      spec: { after: [{ job: 'job_1' }, { job: 'c' }] },
    });
  });

  it('are left to the API where they are not written as jobs', () => {
    const odd = [{ spec: { after: 'a' } }, 7, { metadata: null, spec: null }] as unknown as JobFile[];
    expect(inOrderOfDependencies('jobs.yaml', odd)).toEqual(odd);
  });
});
