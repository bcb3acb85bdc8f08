import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '#kernel/testing';
import { ApiTestEnvironment } from './api-test-environment.ts';
import { OpenStream } from './open-stream.ts';

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

  it('tells the readers of its streams to resume elsewhere', async () => {
    const environment = await ApiTestEnvironment.start();
    const { email } = await environment.person('administrator');
    const signedIn = await environment.call('POST', '/auth/sign-in', { email, password: 'quartz lantern 42 meadow' });
    const authorization = `Bearer ${(signedIn.body as { accessToken: string }).accessToken}`;
    const stream = await OpenStream.open(`${environment.url}/api/v1/changes`, authorization);
    await eventually(
      'the stream to be open',
      () => stream.sent.map(({ event }) => event),
      (events) => events.includes('opened'),
    );
    await environment.stop();
    await stream.ended;
    const last = stream.sent.at(-1)!;
    expect([last.event, JSON.parse(last.data)]).toMatchObject(['problem', { code: 'stream.interrupted', status: 503 }]);
  }, 30_000);
});
