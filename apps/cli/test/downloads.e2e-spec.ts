import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from './scripted-environment.ts';

const BYTES = Buffer.from('月,1\r\n'.repeat(50_000));
const digestOf = (bytes: Buffer) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;

describe('downloads of mss', () => {
  let server: http.Server;
  let folder: string;
  let answer: (response: http.ServerResponse) => void;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mss-downloads-'));
    server = http.createServer((_request, response) => {
      answer(response);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  const mss = (...words: readonly string[]) =>
    run(folder, words, '', { MSS_SERVER: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, MSS_TOKEN: 'token' });
  const get = (...words: readonly string[]) => mss('statement', 'get', '2026-10', '--all', ...words);
  const inTrailer = (digest: string) => (response: http.ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/csv', trailer: 'content-digest' });
    response.write(BYTES);
    response.addTrailers({ 'content-digest': digest });
    response.end();
  };

  it('are written whole, with the digest of the trailer', async () => {
    answer = inTrailer(digestOf(BYTES));
    const file = path.join(folder, 'whole.csv');
    expect(await get('-o', 'csv', '--file', file)).toMatchObject({ code: 0, err: '' });
    expect(await readFile(file)).toEqual(BYTES);
    expect((await get('-o', 'csv')).out).toBe(BYTES.toString());
  });

  it('leave no file where they break off or differ from what was sent, and say so', async () => {
    const file = path.join(folder, 'broken.zip');
    const before = await readdir(folder);
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/zip' });
      response.write(BYTES, () => response.destroy());
    };
    const broken = await get('--file', file);
    expect(broken.code).toBe(1);
    expect(broken.err).toMatch(/^mss: The download broke off .* Nothing was kept: try again\.\n$/);
    answer = inTrailer(digestOf(Buffer.from('other')));
    expect((await get('--file', file)).err).toMatch(/its digest differs/);
    expect(await readdir(folder)).toEqual(before);
  });

  it.each([
    ['the audit trail', ['audit', 'export']],
    ['a paper', ['review', 'paper', 'application_1', 'attachment_1']],
  ])('of %s leave no file either where they break off, and have all bytes where not', async (_what, words) => {
    const file = path.join(folder, 'trail.jsonl');
    const before = await readdir(folder);
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      response.write(BYTES, () => response.destroy());
    };
    expect(await mss(...words, '--file', file)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^mss: The download broke off/) as string,
    });
    expect(await readdir(folder)).toEqual(before);
    answer = inTrailer(digestOf(BYTES));
    expect(await mss(...words, '--file', file)).toEqual({ code: 0, out: '', err: '' });
    expect(await readFile(file)).toEqual(BYTES);
    await rm(file);
    expect((await mss(...words, '--file', path.join(folder, 'absent', 'file'))).err).toMatch(
      /^mss: .*absent\/file cannot be written: ENOENT/,
    );
  });

  it('leave no file on a full disk, and say so', async () => {
    answer = inTrailer(digestOf(BYTES));
    const file = path.join(folder, 'full.csv');
    const before = await readdir(folder);
    await symlink('/dev/full', `${file}.part`);
    const full = await get('-o', 'csv', '--file', file);

    expect(full).toEqual({
      code: 2,
      out: '',
      err: `mss: ${file} was not written: the disk is full.\n  → Make space, or name a file on another disk.\n`,
    });
    expect(await readdir(folder)).toEqual(before);
  });

  it('do not write a ZIP to a terminal, nor all statements as JSON', async () => {
    expect((await run(folder, ['statement', 'get', '2026-10', '--all'], '', { TERMINAL: 'yes' })).err).toMatch(
      /A terminal cannot show zip/,
    );
    expect((await get('-o', 'json')).err).toMatch(/--formats/);
  });
});
