import { eventually } from './eventually.ts';

it('a wait ends with what was waited for, or says what it saw last', async () => {
  let looks = 0;
  expect(
    await eventually(
      'three looks',
      () => (looks += 1),
      (seen) => seen === 3,
    ),
  ).toBe(3);
  const never = eventually(
    'a job that runs',
    () => Promise.resolve({ state: 'Queued', after: [1n] }),
    ({ state }) => state === 'Running',
    50,
  );
  await expect(never).rejects.toThrow("waited 50 ms for a job that runs; saw last: { state: 'Queued', after: [ 1n ] }");
});
