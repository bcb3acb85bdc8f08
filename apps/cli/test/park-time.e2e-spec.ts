import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ParkRole } from '#identity';
import { ApiTestEnvironment, PASSWORD } from '../../api/test/api-test-environment.ts';
import { type Ran, run } from './scripted-environment.ts';

type Mss = (...words: string[]) => Promise<Ran>;

/** A park elsewhere, and the money that its finance receives. */
describe('mss in a park whose days begin in Berlin', () => {
  let environment: ApiTestEnvironment;
  let folder: string;
  let administrator: Mss, finance: Mss, colleague: Mss;

  const official = async (name: string, role: ParkRole): Promise<Mss> => {
    const { email } = await environment.person(role);
    const home = path.join(folder, name);
    await mkdir(home);
    const { code, err } = await run(home, ['login', '--server', environment.url, '--email', email, '--password-stdin'], `${PASSWORD}\n`);
    expect([code, err]).toEqual([0, expect.any(String)]);
    return (...words) => run(home, words);
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mss-berlin-'));
    environment = await ApiTestEnvironment.start({ TIME_ZONE: 'Europe/Berlin' });
    administrator = await official('administrator', 'administrator');
    finance = await official('finance', 'finance');
    colleague = await official('colleague', 'finance');
  });
  afterAll(async () => {
    await environment.stop();
    await rm(folder, { recursive: true });
  });

  it('begins a price with a day there, also when the clocks go forward on it', async () => {
    expect((await administrator('class', 'add', 'h800')).code).toBe(0);
    for (const [day, instant] of [
      ['2027-03-28', '2027-03-27T23:00:00.000Z'],
      ['2027-03-29', '2027-03-28T22:00:00.000Z'],
    ] as const) {
      const { code, out, err } = await administrator('price', 'announce', 'h800', '--yuan', '12.50', '--from', day);
      expect([code, err, out]).toEqual([0, '', expect.stringContaining(instant)]);
    }
  });

  it('looks at the trail from a day there on', async () => {
    const listed = await administrator('audit', 'ls', '--from', '2026-01-01', '--until', '2999-01-01', '-o', 'json');
    expect([listed.code, (JSON.parse(listed.out) as object[]).length > 0]).toEqual([0, true]);
    const none = await administrator('audit', 'ls', '--from', '2999-01-01');
    expect([none.code, none.err]).toEqual([0, 'There are none.\n']);
    expect((await administrator('audit', 'ls', '--from', '2026-02-30')).code).toBe(2);
  });

  it('lists the money that was received, and takes it back by two people of finance', async () => {
    const { id } = await environment.company('极订科技');
    const bank = [id, '--yuan', '1234.56', '--reference', '工行 0071', '--date', '2026-01-05'];
    const recorded = await finance('wallet', 'transfer', 'record', ...bank, '-o', 'json');
    const { id: transfer } = JSON.parse(recorded.out) as { id: string };
    expect(recorded.err).toContain(`mss wallet transfer confirm ${id} ${transfer}`);
    expect((await colleague('wallet', 'transfer', 'confirm', id, transfer)).err).toContain('no proof');
    const proof = path.join(folder, '回单.pdf');
    await writeFile(proof, '%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
    expect((await finance('wallet', 'transfer', 'proof', id, transfer, proof)).out).toMatch(/proof +回单\.pdf/);
    const copy = path.join(folder, 'copy.pdf');
    expect((await colleague('wallet', 'transfer', 'proof', id, transfer, '--out', copy)).code).toBe(0);
    expect(await readFile(copy, 'utf8')).toBe('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
    expect((await colleague('wallet', 'transfer', 'confirm', id, transfer)).out).toMatch(/state +confirmed/);
    expect((await finance('wallet', 'transfer', 'ls', id)).out).toMatch(
      new RegExp(`${transfer} .*¥1,234\\.56 +工行 0071 +2026-01-05 +confirmed`),
    );
    const reversal = await finance('wallet', 'transfer', 'reverse', id, transfer, '--reason', '记错公司');
    const [, decision = ''] = /mss decision confirm (\S+)/.exec(reversal.err) ?? [];
    expect([reversal.code, reversal.out]).toEqual([0, expect.stringMatching(/state +pending/)]);
    expect((await colleague('decision', 'confirm', decision)).out).toMatch(/state +confirmed/);
    expect((await finance('wallet', 'transfer', 'ls', id)).out).toMatch(/工行 0071 .* reversed/);
    expect((await finance('balance', '--company', id)).out).toMatch(/wallet +¥0\.00/);
  });
});
