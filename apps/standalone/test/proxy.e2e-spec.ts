import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Test } from '@nestjs/testing';
import { ClusterService } from '#cluster';
import type { Tx } from '#database';
import { ObjectStore, StorageModule } from '#storage';
import { TimeModule } from '../src/time.module.ts';
import { runEntry } from './processes.ts';

const kubeconfigOf = (host: string): string => `
apiVersion: v1
kind: Config
current-context: park
contexts: [{ name: park, context: { cluster: park, user: park } }]
clusters: [{ name: park, cluster: { server: 'https://${host}:6443' } }]
users: [{ name: park, user: { token: t } }]
`;
const S3 = {
  bucket: 'papers',
  endpoint: 'http://bucket.invalid',
  region: 'us-east-1',
  accessKeyId: 'key',
  secretAccessKey: 'secret',
  pathStyle: true,
};
const NO_TRANSACTION = undefined as unknown as Tx;

describe('what leaves through a proxy', () => {
  const given = { ...process.env };
  let asked: string[];
  let proxy: Server;
  let url: string;
  let home: string;

  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'speedspace-proxy-'));
    proxy = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(403).end();
    });
    proxy.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as { port: number };
    url = `http://127.0.0.1:${port}`;
  }, 300_000);
  beforeEach(() => {
    asked = [];
    Object.assign(process.env, { HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: '' });
  });
  afterEach(() => {
    // The object itself stays: modules that a worker shares between test files hold it.
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, given);
  });
  afterAll(async () => {
    proxy.closeAllConnections();
    proxy.close();
    await rm(home, { recursive: true });
  });

  it('is what mss asks its server, unless NO_PROXY names it', async () => {
    const login = ['login', '--server', 'http://park.invalid', '--email', 'a@b.example', '--password-stdin'];
    const variables = { HTTP_PROXY: url, XDG_CONFIG_HOME: home };
    expect((await runEntry('cli/src/main.js', login, variables, 'x\n')).code).toBe(1);
    expect(asked).toContainEqual(expect.stringContaining('park.invalid'));
    asked = [];
    expect((await runEntry('cli/src/main.js', login, { ...variables, NO_PROXY: 'park.invalid' }, 'x\n')).code).toBe(1);
    expect(asked).toEqual([]);
  });

  it('is what a cluster is asked, unless NO_PROXY names it', async () => {
    await expect(ClusterService.connect({ kubeconfig: kubeconfigOf('cluster.invalid') }).features([])).rejects.toThrow();
    expect(asked).toContain('CONNECT cluster.invalid:6443');
    process.env.NO_PROXY = 'near.invalid';
    await expect(ClusterService.connect({ kubeconfig: kubeconfigOf('near.invalid') }).features([])).rejects.toThrow();
    expect(asked).not.toContain('CONNECT near.invalid:6443');
  });

  it('is what is put into a bucket', async () => {
    const module = await Test.createTestingModule({ imports: [TimeModule.forRoot(), StorageModule.forRoot(S3)] }).compile();
    const store = module.get(ObjectStore, { strict: false });
    await expect(store.put(NO_TRANSACTION, 'attachment_a', Buffer.from('x'))).rejects.toThrow();
    expect(asked).toContainEqual(expect.stringContaining('bucket.invalid'));
    await module.close();
  });
});
