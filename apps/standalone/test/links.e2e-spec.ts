import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemActor } from '#audit';
import { Transactions } from '#database';
import { UsersService } from '#identity';
import { syntheticCreditCode } from '#tenancy';
import { startStandalone } from '../src/standalone.ts';
import { standaloneSettings } from '../src/standalone-settings.ts';

it('gives links that lead to where it listens, also where it had to take another port', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'speedspace-links-'));
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const variables = { DATA_DIRECTORY: folder, PORT: String(port), POSTGRES_PORT: '0', SIM_PORT: '0', DEMO_DATA: 'false' };
  const product = await startStandalone(standaloneSettings(variables));
  try {
    const call = async (method: string, at: string, body: object | undefined, token = ''): Promise<unknown> => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
      return await (await fetch(`${product.apiUrl}/api/v1${at}`, init)).json();
    };
    const [email, password] = ['admin@park.example', 'a long password of this test'];
    await product.api.get(Transactions, { strict: false }).run(async (tx) => {
      const users = product.api.get(UsersService, { strict: false });
      const admin = { email, name: 'Admin', password, proof: 'operator' as const, parkRoles: ['administrator' as const] };
      await users.create(tx, systemActor('test'), admin);
    });
    const { accessToken } = (await call('POST', '/auth/sign-in', { email, password })) as { accessToken: string };
    const named = { name: '极订智能', slug: 'jiding', creditCode: syntheticCreditCode(1) };
    const company = (await call('POST', '/companies', named, accessToken)) as { id: string };
    const input = { email: 'neu@jiding.example', role: 'engineer' };
    const invited = await call('POST', `/companies/${company.id}/invitations`, input, accessToken);
    const { link } = invited as { link: string };
    expect(new URL(product.apiUrl).port).not.toBe(String(port));
    expect(new URL(link).port).toBe(new URL(product.apiUrl).port);
  } finally {
    await product.stop();
    await new Promise((resolve) => taken.close(resolve));
    await rm(folder, { recursive: true, force: true });
  }
});
