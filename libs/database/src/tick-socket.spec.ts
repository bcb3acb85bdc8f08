import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TickSocket } from './tick-socket.ts';

/** Tells how many messages were handed over to the system, each time that some were. */
class CountedSocket extends TickSocket {
  readonly handedOver: number[] = [];

  override _write(...written: Parameters<TickSocket['_write']>): void {
    this.handedOver.push(1);
    super._write(...written);
  }

  override _writev(...written: Parameters<NonNullable<TickSocket['_writev']>>): void {
    this.handedOver.push(written[0].length);
    super._writev?.(...written);
  }
}

describe('a connection to the database', () => {
  it('hands over at once what is written in one turn of the event loop, in its order, and what is left when it ends', async () => {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const received = new Promise<string>((resolve) => {
      server.once('connection', (connection) => {
        let text = '';
        connection.setEncoding('utf8').on('data', (part: string) => (text += part));
        connection.once('end', () => {
          connection.end();
          resolve(text);
        });
      });
    });
    const socket = new CountedSocket();
    socket.connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('begin;');
    await Promise.resolve();
    socket.write('first;');
    socket.cork();
    socket.write('second;');
    socket.uncork();
    expect(socket.handedOver).toEqual([]);
    await nextTurn();
    expect(socket.handedOver).toEqual([3]);
    socket.write('alone;');
    await nextTurn();
    expect(socket.handedOver).toEqual([3, 1]);
    socket.write('commit;');
    socket.end();
    expect(await received).toBe('begin;first;second;alone;commit;');
    server.close();
  });
});
