import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManualClock } from '#kernel';
import { lineContaining } from './logs/log-text-filter.ts';
import type { LogLine } from './logs/log-lines.ts';
import { PooledKubeConfig } from './connection/pooled-kube-config.ts';
import { podRuns } from './pod-runs.ts';
import { allLines, SimulatedWorkloads } from './testing/simulated-workloads.ts';

const NEVER = new AbortController().signal;

describe('the pods of the cluster', () => {
  let environment: SimulatedWorkloads;
  let simulated: SimulatedWorkloads['simulated'];
  let cluster: SimulatedWorkloads['cluster'];

  beforeAll(async () => {
    environment = await SimulatedWorkloads.start();
    ({ simulated, cluster } = environment);
  });
  afterEach(() => {
    simulated.faults.rules.clear();
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('reports when its pods ran: by its own record, or by the pods that still exist', async () => {
    const job = await environment.run(environment.workload({ replicas: 1 }, { 'run-time': '4s' }));
    const [pod] = await environment.podsOf(job, ([first]) => first?.endedAt !== undefined);
    const expected = { podUid: pod!.uid, jobId: job.jobId, gpus: pod!.gpus, startedAt: pod!.startedAt, endedAt: pod!.endedAt };
    const recorded = await cluster.pods.runs();
    expect(recorded.source).toBe('record');
    expect(recorded.runs).toContainEqual(expected);
    // As a real API server answers where it is asked for what it has not, or does not let everybody ask.
    for (const status of [403, 404]) {
      const server = createServer((_request, response) => response.writeHead(status).end('{}'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const real = { name: 'real', server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, skipTLSVerify: true };
      const config = new PooledKubeConfig(() => ({ cluster: real, user: { name: 'us' } }));
      expect(await podRuns(config, () => cluster.pods.list(job))).toEqual({ source: 'pods', runs: [expected] });
      server.close();
    }
  });

  it('hands out logs, from where a reader left off, and follows to the end', async () => {
    const job = await environment.run(environment.workload({}, { 'run-time': '20s', log: 'one\n+5s two\n+10s three' }));
    await expect(cluster.pods.logs(job, 7).next()).rejects.toMatchObject({ code: 'logs.none', kind: 'not-found' });
    await environment.podsOf(job, ([pod]) => pod?.startedAt !== undefined);
    const followed = await allLines(cluster.pods.followLog(job, 0, undefined, NEVER));
    expect(followed.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    const rest = await allLines(cluster.pods.logs(job, 0, { after: followed[0]! }));
    expect(rest.map(({ text }) => text)).toEqual(['two', 'three']);
    expect((await allLines(cluster.pods.logs(job, 0, { tailLines: 1 }))).map(({ text }) => text)).toEqual(['three']);
  });

  it('hands out lines with carriage returns whole, and all that follow them', async () => {
    const job = await environment.run(
      environment.workload({}, { 'run-time': '10s', log: 'loading\n 10%\r 50%\r100%\n+1s epoch 1\n+2s 训练完成' }),
    );
    await environment.podsOf(job, ([pod]) => pod?.startedAt !== undefined);
    const lines = ['loading', ' 10%\r 50%\r100%', 'epoch 1', '训练完成'];
    expect((await allLines(cluster.pods.followLog(job, 0, undefined, NEVER))).map(({ text }) => text)).toEqual(lines);
    expect((await allLines(cluster.pods.logs(job, 0))).map(({ text }) => text)).toEqual(lines);
  });

  it('lets a job’s own variables refer to those that Speedspace sets', async () => {
    const env = { INIT_METHOD: 'tcp://$(MASTER_ADDR):$(MASTER_PORT)', RANK_OF: '$(NODE_RANK)/$(NNODES)' };
    const job = await environment.run(environment.workload({ replicas: 2, env }, { 'run-time': '10s', log: '$(INIT_METHOD) $(RANK_OF)' }));
    await environment.podsOf(job, (pods) => pods.length === 2 && pods.every((pod) => pod.startedAt !== undefined));
    const name = job.jobId.replace('_', '-');
    expect((await allLines(cluster.pods.logs(job, 1))).map(({ text }) => text)).toEqual([`tcp://${name}-1-0.${name}-1:29500 1/2`]);
  });

  it('stops following when its reader leaves', async () => {
    const job = await environment.run(environment.workload({}, { 'run-time': 'forever', log: 'one' }));
    await environment.podsOf(job, ([pod]) => pod?.startedAt !== undefined);
    const reader = new AbortController();
    const lines: string[] = [];
    for await (const { text } of cluster.pods.followLog(job, 0, undefined, reader.signal)) {
      lines.push(text);
      reader.abort();
    }
    expect(lines).toEqual(['one']);
  });

  it('reads a log of 200,000 lines in pages, back from its end and by a text, and follows it once for all readers', async () => {
    const still = await SimulatedWorkloads.start(new ManualClock(new Date('2026-10-01T00:00:00Z')));
    try {
      const { cluster } = still;
      const job = await still.run(still.workload({}, { 'run-time': 'forever', log: '*200000/100s step # loss 2.31\n+300s over' }));
      await still.podsOf(job, ([first]) => first?.startedAt !== undefined);
      still.pass(100);
      const latest = await cluster.pods.logPage(job, 0, { order: 'latest', limit: 2_000 });
      expect(latest.lines).toHaveLength(2_000);
      expect(latest.lines[0]?.text).toBe('step 200000 loss 2.31');
      const older = await cluster.pods.logPage(job, 0, { order: 'latest', limit: 2_000, cursor: latest.next });
      expect([older.lines[0]?.text, older.lines.at(-1)?.text]).toEqual(['step 198000 loss 2.31', 'step 196001 loss 2.31']);
      const matches = lineContaining('STEP 7777 ');
      // On a slow machine a page ends before the whole log is searched, and says where to go on.
      let page = await cluster.pods.logPage(job, 0, { order: 'latest', limit: 10, cursor: older.next, matches });
      while (page.lines.length === 0 && page.next !== undefined)
        page = await cluster.pods.logPage(job, 0, { order: 'latest', limit: 10, cursor: page.next, matches });
      const [found] = page.lines;
      expect(found?.text).toBe('step 7777 loss 2.31');
      const after = await cluster.pods.logPage(job, 0, { order: 'first', limit: 2, cursor: found });
      expect(after.lines.map(({ text }) => text)).toEqual(['step 7778 loss 2.31', 'step 7779 loss 2.31']);

      const stop = new AbortController();
      const readers = Array.from({ length: 10 }, () => cluster.pods.followLog(job, 0, latest.lines[2], stop.signal));
      for (const reader of readers) {
        expect([(await reader.next()).value, (await reader.next()).value]).toEqual([latest.lines[1], latest.lines[0]]);
      }
      const waiting = readers.map((reader) => reader.next());
      still.pass(300);
      expect((await Promise.all(waiting)).map(({ value }) => (value as LogLine).text)).toEqual(readers.map(() => 'over'));
      stop.abort();
    } finally {
      await still.stop();
    }
  });
});
