import { readFileSync } from 'node:fs';
import errorList from '../../api/src/errors/error-list.json' with { type: 'json' };

const KEYS = errorList.map(({ code }) => code.replaceAll('.', '_')).sort();

describe.each(['zh-CN', 'en'])('the texts of the refusals in %s', (language) => {
  const file = new URL(`../src/locales/${language}/errors.json`, import.meta.url);
  const texts = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;

  it('are of exactly the codes of the API, in their order', () => {
    expect(Object.keys(texts)).toEqual(KEYS);
  });

  it('are whole sentences without placeholders', () => {
    const wrong = Object.entries(texts).filter(([, text]) => !/^[^…{}]+[.。]$/u.test(text));
    expect(wrong).toEqual([]);
  });
});
