import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

describe('the chaos run', () => {
  it('charges every GPU-second exactly once, whatever breaks (M1–M7, L1–L5, F5–F7, T1–T4)', async () => {
    const { stdout } = await run('npm', ['run', '--silent', 'chaos', '--', '--seeds', '24', '--first-seed', '1'], {
      maxBuffer: 2 ** 24,
    }).catch((error: unknown) => error as { stdout: string });
    expect(stdout).toContain('24 seeds');
    expect(stdout).not.toMatch(/FAILED|BROKE/);
    expect(stdout).toMatch(/; 0 failed\.\s*$/);
  }, 900_000);
});
