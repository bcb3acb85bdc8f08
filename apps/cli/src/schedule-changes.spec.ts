import type { Api } from './api-client.ts';
import { UsageError } from './failures.ts';
import { changeNamed } from './schedule-changes.ts';

/** No change of these tests asks the server. */
const NO_SERVER = {} as Api;

describe('a change of --what-if', () => {
  it.each([
    ['nodes=+4', { kind: 'nodes', gpuClass: 'h800', count: 4 }],
    ['nodes=-2,class=h200', { kind: 'nodes', gpuClass: 'h200', count: -2 }],
    ['limit=park:64', { kind: 'limit', owner: 'park', gpuClass: 'h800', maxGpus: 64 }],
    ['limit=group:xuhui:none', { kind: 'limit', owner: 'xuhui', gpuClass: 'h800', maxGpus: null }],
    ['limit=company_01:8', { kind: 'limit', owner: 'company_01', gpuClass: 'h800', maxGpus: 8 }],
    ['open=node-3', { kind: 'open', node: 'node-3' }],
    ['close=node-3', { kind: 'close', node: 'node-3' }],
  ])('is read from %s', async (text, change) => {
    expect(await changeNamed(NO_SERVER, text, 'h800')).toEqual(change);
  });

  it.each(['nodes', 'nodes=', 'nodes=four', 'limit=64', 'open=node-3,class=h800', 'nodes=+4,size=8', 'more=4'])(
    'is not %s',
    async (text) => {
      await expect(changeNamed(NO_SERVER, text, 'h800')).rejects.toThrow(UsageError);
    },
  );

  it('needs a class, of its own or of --class', async () => {
    await expect(changeNamed(NO_SERVER, 'nodes=+4', undefined)).rejects.toThrow('nodes=+4 names no GPU class.');
  });
});
