import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { run } from '../test/scripted-environment.ts';

const NOWHERE = '/nowhere';

async function completed(...words: string[]): Promise<string[]> {
  const { code, out } = await run(NOWHERE, ['__complete', ...words]);
  expect(code).toBe(0);
  return out.split('\n').filter((line) => line !== '');
}

describe('completion', () => {
  it('offers commands, verbs, options and their choices', async () => {
    expect(await completed('sta')).toEqual(['statement']);
    expect(await completed('statement', '')).toEqual(expect.arrayContaining(['get', 'verify']));
    expect(await completed('statement', 'get', '2026-10', '--o')).toEqual(['--output']);
    expect(await completed('statement', 'get', '2026-10', '-o', '')).toEqual(['table', 'json', 'yaml', 'csv', 'xlsx', 'pdf', 'focus']);
    expect(await completed('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  it('leaves values it does not know to the shell', async () => {
    expect(await completed('submit', '-f', 'jo')).toEqual([]);
    expect(await completed('submit', '--class', 'h800', '--pri')).toEqual(['--priority']);
  });

  it('is a script that bash runs', async () => {
    const { out } = await run(NOWHERE, ['completion', 'bash']);
    const typing = `${out}
      mss() { printf '%s\\n' get verify; }
      COMP_WORDS=(mss statement ve); COMP_CWORD=2; _mss; printf '%s' "\${COMPREPLY[*]}"`;
    expect((await promisify(execFile)('bash', ['-c', typing])).stdout).toBe('verify');
  });

  it('is refused for a shell nobody wrote it for', async () => {
    expect(await run(NOWHERE, ['completion', 'tcsh'])).toMatchObject({ code: 2, out: '' });
  });
});
