import { run } from '../test/scripted-environment.ts';

const NOWHERE = '/nowhere';

/** The commands below `words`, as completion offers them. */
async function below(words: readonly string[]): Promise<string[]> {
  const { out } = await run(NOWHERE, ['__complete', ...words, '']);
  return out.split('\n').filter((word) => word !== '' && word !== 'help');
}

/** Every command that does something, as it is typed. */
async function leaves(words: readonly string[] = []): Promise<string[][]> {
  const help = (await run(NOWHERE, [...words, '--help'])).out;
  if (!/^Usage: .* \[command\]$/m.test(help)) return [[...words]];
  return (await Promise.all((await below(words)).map((word) => leaves([...words, word])))).flat();
}

describe('help', () => {
  it('shows every command with an example of its own, and says how to format what it shows', async () => {
    const commands = await leaves();
    expect(commands.map((words) => words.join(' '))).toEqual(
      expect.arrayContaining([
        'submit',
        'balance',
        'statement verify',
        'review approve',
        'audit verify',
        'wallet transfer record',
        'wallet transfer refund',
      ]),
    );
    for (const words of commands) {
      const { code, out, err } = await run(NOWHERE, [...words, '--help']);
      const example = new RegExp(`Examples:\\n[^]*\\$ .*mss ${words.join(' ')}`);
      expect([words, code, err, out]).toEqual([words, 0, '', expect.stringMatching(example)]);
    }
  });

  it('says what is wrong with a command line, and where help is', async () => {
    for (const words of [
      ['nonsense'],
      ['grant', 'nonsense'],
      ['review', 'reject'],
      ['apply', 'draft', '--yuan', 'much'],
      ['grant', 'freeze', 'g'],
    ]) {
      const { code, out, err } = await run(NOWHERE, words);
      expect([words, code, out, err]).toEqual([words, 2, '', expect.stringMatching(/^error: .*\n[^]*--help/)]);
    }
  });
});
