import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { ApiException } from '@kubernetes/client-node';
import { fetch } from 'undici';
import { calling } from './calls.ts';

describe('a call of the cluster', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/cut') response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy());
      else request.socket.destroy();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  afterAll(() => {
    server.close();
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a refused connection', () => fetch('http://127.0.0.1:1/')],
    ['a connection that broke', () => fetch(url)],
    ['an answer that broke off', async () => await (await fetch(`${url}/cut`)).text()],
    ['a server that fails', () => Promise.reject(new ApiException(503, 'busy', '', {}))],
    ['a server that asks to wait', () => Promise.reject(new ApiException(429, 'slower', '', {}))],
  ])('is tried again after %s, and then reports an outage', async (_, request) => {
    let tries = 0;
    const call = calling('list pods', () => {
      tries += 1;
      return request();
    });
    await expect(call).rejects.toMatchObject({ code: 'cluster.unavailable', kind: 'unavailable' });
    expect(tries).toBe(3);
  });

  it('is not tried again at once after an answer that did not come: others have their turn first', async () => {
    let tries = 0;
    const call = calling('list pods', () => {
      tries += 1;
      return Promise.reject(Object.assign(new Error('late'), { name: 'TimeoutError' }));
    });
    await expect(call).rejects.toMatchObject({ code: 'cluster.unavailable', kind: 'unavailable' });
    expect(tries).toBe(1);
  });

  it.each<[string, () => unknown]>([
    ['TypeError', () => (undefined as unknown as { items: unknown[] }).items],
    ['RangeError', () => (1).toFixed(101)],
  ])('does not take a fault of ours for an outage: a %s is thrown as it is, at once', async (name, fault) => {
    let tries = 0;
    const call = calling('list pods', () => {
      tries += 1;
      return Promise.resolve(fault());
    });
    await expect(call).rejects.toMatchObject({ name });
    expect(tries).toBe(1);
  });
});
