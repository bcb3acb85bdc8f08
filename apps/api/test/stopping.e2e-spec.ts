import { once } from 'node:events';
import { connect } from 'node:net';
import { ApiTestEnvironment } from './api-test-environment.ts';

describe('an API that is asked to stop', () => {
  it('ends though a client holds a connection open on which it asks nothing', async () => {
    const environment = await ApiTestEnvironment.start();
    const client = connect(Number(new URL(environment.url).port), '127.0.0.1');
    await once(client, 'connect');
    // The server knows of the connection for sure once it has answered somebody who came later.
    await fetch(`${environment.url}/healthz`);
    const cut = once(client, 'close');
    await environment.stop();
    await cut;
  }, 30_000);
});
