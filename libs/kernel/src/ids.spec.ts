import { newId } from './ids.ts';

it('ids are unique, sort by their making, and may be in the name of a Kubernetes object', () => {
  const ids = Array.from({ length: 10_000 }, () => newId('job'));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids) expect(id).toMatch(/^job_[0-9a-z]{26}$/);
});
