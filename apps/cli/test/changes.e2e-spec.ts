import { eventually } from '#kernel/testing';
import { CliTestEnvironment } from './cli-test-environment.ts';

describe('mss changes', () => {
  let environment: CliTestEnvironment;
  beforeAll(async () => {
    environment = await CliTestEnvironment.start();
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('prints what changes of the topics that are asked for, and ends after so many', async () => {
    const administrator = await environment.official('administrator', 'administrator');
    const followed = administrator(['changes', '--topic', 'companies', '--count', '1']);
    let isOver = false;
    void followed.then(() => (isOver = true));
    const registered: string[] = [];
    // Some are registered before the stream is open.
    await eventually(
      'the command to end',
      async () => {
        registered.push((await environment.environment.company()).id);
        return isOver;
      },
      (over) => over,
    );
    const { code, out } = await followed;
    expect(code).toBe(0);
    const change = JSON.parse(out) as { topic: string; id: string; company: string };
    expect(change).toEqual({ topic: 'companies', id: change.company, company: expect.any(String) as unknown });
    expect(registered).toContain(change.id);
  });
});
