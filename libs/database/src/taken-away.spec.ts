import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const MIGRATIONS = path.resolve(import.meta.dirname, '../../../migrations');
/** What a process of the release before may still name. */
const TAKES_AWAY = /\bDROP (TABLE|VIEW|COLUMN) |\bALTER (TABLE|VIEW) \S+ RENAME (TO|COLUMN) /;

describe('the migrations', () => {
  it('say what they take away from processes of the release before, wherever they drop or rename', () => {
    const sources = globSync('*-*.ts', { cwd: MIGRATIONS }).map((file) => ({
      file,
      text: readFileSync(path.join(MIGRATIONS, file), 'utf8'),
    }));
    const taking = sources.filter(({ text }) => TAKES_AWAY.test(text));
    expect(taking.length).toBeGreaterThan(2);
    expect(taking.filter(({ text }) => !text.includes('static override readonly takesAway = ')).map(({ file }) => file)).toEqual([]);
  });
});
