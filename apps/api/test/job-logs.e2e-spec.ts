import { ClusterService, type Workload } from '#cluster';
import { JobSettings, replicaShape } from '#jobs';
import { eventually } from '#kernel/testing';
import type { Call } from './api-test-environment.ts';
import { JobsTestEnvironment, NODE_SELECTOR } from './jobs-test-environment.ts';
import { readStream } from './open-stream.ts';

describe('logs of jobs over HTTP', () => {
  let environment: JobsTestEnvironment;
  let engineer: Call;
  let authorization: string;
  beforeAll(async () => {
    environment = await JobsTestEnvironment.start();
    ({ engineer, authorization } = environment);
  });
  afterAll(async () => {
    await environment.stop();
  });

  it('are handed out of a real pod, at once and followed', async () => {
    const id = await environment.submit(
      'wordy',
      {},
      { 'sim.speedspace.io/start-delay': '100ms', 'sim.speedspace.io/run-time': '3s', 'sim.speedspace.io/log': ' 10%\r100%\none\n+1s two' },
    );
    expect((await engineer('GET', `/jobs/${id}/logs`)).body).toMatchObject({ status: 404, code: 'logs.none' });
    const job = await environment.apply(id, 'admitted');
    const cluster = ClusterService.connect({ kubeconfig: environment.simulated.kubeconfigYaml });
    const workload: Workload = {
      jobId: id,
      attempt: 1,
      tenant: { id: environment.company.id, slug: environment.company.slug },
      spec: job.spec,
      imagePullPolicy: 'IfNotPresent',
      replica: replicaShape(job.spec, new JobSettings()),
      gpuClass: { code: 'h800', resourceName: 'nvidia.com/gpu', nodeSelector: NODE_SELECTOR, runtimeClassName: null, tolerations: [] },
      nodes: [],
    };
    await cluster.spaces.ensure(workload.tenant);
    await cluster.jobs.ensure(workload);
    await eventually(
      'a pod that has started',
      () => cluster.pods.list(workload),
      ([pod]) => pod?.startedAt !== undefined,
    );
    const url = `${environment.api.url}/api/v1/jobs/${id}/logs/stream`;
    const [first] = await readStream(url, { authorization }, (sent) => sent.length > 0);
    // The first two lines were written in the same instant: a reader resumes between them.
    const rest = await readStream(url, { authorization, 'last-event-id': first!.id });
    expect([first!, ...rest].map(({ event, data }) => [event, data])).toEqual([
      ['line', ' 10%\n100%'],
      ['line', 'one'],
      ['line', 'two'],
    ]);
    const answer = await engineer('GET', `/jobs/${id}/logs?tail=1`);
    expect([answer.headers.get('content-type'), answer.body]).toEqual(['text/plain; charset=utf-8', 'two\n']);
    expect((await engineer('GET', `/jobs/${id}/logs`)).body).toBe(' 10%\r100%\none\ntwo\n');
    await readInPages(id);
    await readByThePark(id);
  });

  /** From either end, behind any line, in a period and with a text; each line has the id with which a stream resumes. */
  async function readInPages(id: string): Promise<void> {
    interface Lines {
      readonly items: readonly { readonly id: string; readonly at: string; readonly text: string }[];
      readonly nextCursor?: string;
    }
    const lines = async (query: string): Promise<Lines> => (await engineer('GET', `/jobs/${id}/logs/lines?${query}`)).body as Lines;
    const texts = ({ items }: Lines): string[] => items.map(({ text }) => text);
    const { items } = await lines('');
    expect(items.map(({ text }) => text)).toEqual([' 10%\r100%', 'one', 'two']);
    expect(items[1]?.id).toBe(`${items[0]!.id}/2`);
    const latest = await lines('order=latest&limit=1');
    expect(texts(latest)).toEqual(['two']);
    expect(texts(await lines(`order=latest&cursor=${encodeURIComponent(latest.nextCursor!)}`))).toEqual(['one', ' 10%\r100%']);
    expect(texts(await lines(`cursor=${encodeURIComponent(items[0]!.id)}&limit=1`))).toEqual(['one']);
    const second = items[2]!.at.replace(/\d{6}Z$/, 'Z');
    expect(texts(await lines(`until=${second}&contains=ONE`))).toEqual(['one']);
    expect((await engineer('GET', `/jobs/${id}/logs?since=${second}`)).body).toBe('two\n');
    expect((await engineer('GET', `/jobs/${id}/logs?contains=O&tail=1&until=${second}`)).body).toBe('one\n');
    expect((await engineer('GET', `/jobs/${id}/logs?contains=nothing`)).body).toBe('');
    expect((await engineer('GET', `/jobs/${id}/logs?tail=1&timestamps=true`)).body).toBe(`${items[2]!.at} two\n`);
    const url = `${environment.api.url}/api/v1/jobs/${id}/logs/stream`;
    for (const [query, data] of [
      [`since=${second}`, ['two']],
      ['contains=ONE', ['one']],
      ['tail=2', ['one', 'two']],
    ] as const) {
      expect((await readStream(`${url}?${query}`, { authorization })).map((event) => event.data)).toEqual(data);
    }
    for (const refused of ['cursor=now', 'since=yesterday', 'limit=0', 'contains=', 'tail=1']) {
      expect((await engineer('GET', `/jobs/${id}/logs/lines?${refused}`)).status).toBe(422);
    }
  }

  /** A company's log is read by the park's people for a reason, which the trail keeps; by finance not at all. */
  async function readByThePark(id: string): Promise<void> {
    const [operator, finance, auditor] = [
      await environment.api.person('operator'),
      await environment.api.person('finance'),
      await environment.api.person('auditor'),
    ];
    for (const path of [`/jobs/${id}/logs`, `/jobs/${id}/logs/lines`, `/jobs/${id}/logs/stream`]) {
      expect(await operator.call('GET', path)).toMatchObject({ status: 422, body: { code: 'log.reason-needed' } });
      expect((await finance.call('GET', path, undefined, { 'x-reason': 'x' })).status).toBe(403);
    }
    const why = { 'x-reason': encodeURIComponent('工单 42') };
    for (let time = 0; time < 3; time += 1) {
      expect((await operator.call('GET', `/jobs/${id}/logs?tail=1`, undefined, why)).body).toBe('two\n');
    }
    await operator.call('GET', `/jobs/${id}/logs`, undefined, { 'x-reason': 'ticket' });
    const trail = await auditor.call('GET', `/audit/events?objectId=${id}&action=job.log-read`);
    expect((trail.body as { items: object[] }).items).toMatchObject([
      { actor: { id: operator.id }, tenantId: environment.company.id, reason: '工单 42', after: { attempt: 1, replica: 0 } },
      { actor: { id: operator.id }, reason: 'ticket' },
    ]);
  }
});
