import { expectEqual, expectThat, type Feature } from './feature.ts';

const WALLET = 10_000_000n;

/** What the suite checks of what people see of their jobs on every cluster. */
export const watchingFeatures: readonly Feature[] = [
  {
    name: 'events and reasons of pods',
    async run(environment) {
      const job = await environment.submit(await environment.company(WALLET), { seconds: 2, exitCode: 3 });
      await environment.until(job, 'Failed', 'Succeeded');
      const wanted = ['container-started', 'program-failed'];
      const seen = await environment.waitFor(
        `the codes ${wanted.join(' and ')}`,
        () => environment.podEvents(job),
        (events) => wanted.every((code) => events.some(({ explained }) => explained.code === code)),
      );
      const sources = new Set(seen.map(({ source }) => source));
      expectThat(sources.has('event') && sources.has('status'), `the events came only from ${[...sources].join()}`);
      return `kept ${seen.length} with their codes: ${[...new Set(seen.map(({ explained }) => explained.code))].join(', ')}`;
    },
  },
  {
    name: 'logs after the end of the pod',
    async run(environment) {
      const job = await environment.submit(await environment.company(WALLET), { seconds: 2, says: 'epoch 1' });
      await environment.until(job, 'Succeeded', 'Failed');
      const kept = await environment.waitFor(
        'a kept log',
        () => environment.keptLog(job),
        (lines) => lines !== undefined,
      );
      expectEqual('the kept log', kept, ['epoch 1']);
      return `kept "${(kept ?? []).join()}" before the pod was released`;
    },
  },
];
