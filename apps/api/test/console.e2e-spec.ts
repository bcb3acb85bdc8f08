import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ApiTestEnvironment } from './api-test-environment.ts';

describe('the console that the API serves', () => {
  let directory: string;
  let environment: ApiTestEnvironment;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'console-'));
    await mkdir(path.join(directory, 'assets'));
    await writeFile(path.join(directory, 'index.html'), '<!doctype html><title>the console</title>');
    await writeFile(path.join(directory, 'assets', 'index-a1b2.js'), 'export {};');
    environment = await ApiTestEnvironment.start({ CONSOLE_DIRECTORY: directory });
  });
  afterAll(async () => {
    await environment.stop();
    await rm(directory, { recursive: true });
  });
  const get = async (address: string): Promise<Response> => await fetch(`${environment.url}${address}`);

  it.each(['/', '/jobs/job_01/log?follow=1', '/sign-in'])('is its first page at %s, which a browser asks for anew', async (address) => {
    const answer = await get(address);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(await answer.text()).toContain('the console');
  });

  it('serves files that are named by their content, to be kept for good', async () => {
    const answer = await get('/assets/index-a1b2.js');
    expect(answer.headers.get('content-type')).toContain('javascript');
    expect(answer.headers.get('cache-control')).toContain('immutable');
  });

  it('serves the files of a build that replaced the console while the API runs', async () => {
    await writeFile(path.join(directory, 'assets', 'index-c3d4.js'), 'export const replaced = true;');
    const answer = await get('/assets/index-c3d4.js');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('replaced');
  });

  it.each(['/api/v1/no-such-route', '/assets/index-of-an-older-build.js'])('is not the answer to %s', async (address) => {
    const answer = await get(address);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('leaves probes and the description of the API where they are', async () => {
    expect(await (await get('/healthz')).json()).toMatchObject({ status: 'ok' });
    expect((await get('/api/openapi.json')).headers.get('content-type')).toContain('application/json');
  });
});
