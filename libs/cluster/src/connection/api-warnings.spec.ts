import { warningsIn } from './api-warnings.ts';

describe('a Warning header', () => {
  it.each([
    ['', []],
    ['299 - "child pods are preserved by default"', ['child pods are preserved by default']],
    ['299 - "say \\"yes\\", or 299 no", 299 agent "second, with a comma"', ['say "yes", or 299 no', 'second, with a comma']],
    ['nonsense', []],
  ])('%s holds %j', (header, texts) => {
    expect(warningsIn(header)).toEqual(texts);
  });
});
