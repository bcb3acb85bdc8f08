import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { ClusterService, type Workload } from '#cluster';
import { JobSettings, replicaShape } from '#jobs';
import { eventually } from '#kernel/testing';
import { JobsTestEnvironment, NODE_SELECTOR } from './jobs-test-environment.ts';

const SIM = 'sim.speedspace.io/';

interface Metrics {
  readonly configured: boolean;
  readonly replicas: readonly {
    readonly replica: number;
    readonly points: readonly { readonly utilisation: number | null; readonly memoryMib: number | null }[];
  }[];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Debian's Prometheus, which scrapes the DCGM exporter of the simulated cluster every second. */
async function startPrometheus(kubeconfig: string, directory: string, port: number): Promise<ChildProcess> {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(kubeconfig);
  const { host } = new URL(kubeConfig.getCurrentCluster()?.server ?? '');
  const job = {
    ...{ job_name: 'dcgm', scheme: 'https', metrics_path: '/sim/v1/dcgm', tls_config: { insecure_skip_verify: true } },
    ...{ authorization: { credentials: kubeConfig.getCurrentUser()?.token }, static_configs: [{ targets: [host] }] },
  };
  const config = path.join(directory, 'prometheus.yml');
  // YAML is a superset of JSON.
  await writeFile(config, JSON.stringify({ global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: [job] }));
  const options = [`--config.file=${config}`, `--storage.tsdb.path=${path.join(directory, 'data')}`];
  return spawn('prometheus', [...options, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'], { stdio: 'inherit' });
}

describe('GPU metrics of a job', () => {
  let environment: JobsTestEnvironment;
  let directory: string;
  let port: number;
  let prometheus: ChildProcess | undefined;
  let liar: Server | undefined;
  beforeAll(async () => {
    port = await freePort();
    directory = await mkdtemp(path.join(tmpdir(), 'speedspace-prometheus-'));
    environment = await JobsTestEnvironment.start({ PROMETHEUS_URL: `http://127.0.0.1:${port}` });
  });
  afterAll(async () => {
    prometheus?.kill();
    if (prometheus !== undefined && prometheus.exitCode === null) await once(prometheus, 'exit');
    liar?.close();
    await environment.stop();
    await rm(directory, { recursive: true });
  });

  /** Applies the job's pods to the cluster, as the controller does, and waits until they run. */
  const running = async (name: string, annotations: Record<string, string>, slug = environment.company.slug): Promise<string> => {
    const id = await environment.submit(name, { gpusPerReplica: 4, replicas: 2 }, { [`${SIM}run-time`]: 'forever', ...annotations });
    const job = await environment.apply(id, 'admitted');
    const cluster = ClusterService.connect({ kubeconfig: environment.simulated.kubeconfigYaml });
    const workload: Workload = {
      ...{
        jobId: id,
        attempt: 1,
        tenant: { id: environment.company.id, slug },
        spec: job.spec,
        nodes: [],
        imagePullPolicy: 'IfNotPresent',
      },
      replica: replicaShape(job.spec, new JobSettings()),
      gpuClass: { code: 'h800', resourceName: 'nvidia.com/gpu', nodeSelector: NODE_SELECTOR, runtimeClassName: null, tolerations: [] },
    };
    await cluster.spaces.ensure(workload.tenant);
    await cluster.jobs.ensure(workload);
    await eventually(
      'two pods that have started',
      () => cluster.pods.list(workload),
      (pods) => pods.filter(({ startedAt }) => startedAt !== undefined).length === 2,
    );
    return id;
  };
  const metricsOf = async (id: string): Promise<Metrics> => {
    const answer = await environment.engineer('GET', `/jobs/${id}/metrics`);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body as Metrics;
  };

  it('cannot be read while Prometheus is down, and the job is not touched by it', async () => {
    const id = await environment.submit('early');
    expect((await environment.engineer('GET', `/jobs/${id}/metrics`)).body).toMatchObject({
      ...{ status: 503, code: 'metrics.unavailable' },
      detail: 'Prometheus does not give the GPU metrics at the moment: it cannot be reached.',
    });
    expect((await environment.engineer('GET', `/jobs/${id}`)).body).toMatchObject({ state: 'Queued' });
  });

  it('are those of a Prometheus that lies only as far as they can be true', async () => {
    const id = await environment.submit('lied-to');
    const pod = `${id.replace('_', '-')}-0-0-abcde`;
    const values = [
      [1_790_000_000, '250'],
      [1_790_000_015, 'NaN'],
      [1_790_000_030, '42'],
    ];
    const lie = { status: 'success', data: { resultType: 'matrix', result: [{ metric: { pod: 'someone-elses' }, values }] } };
    const answers = ['<html>hello</html>', '{"status":"success","data":{"resultType":"vector","result":[]}}', JSON.stringify(lie)];
    let answer = '';
    liar = createServer((_request, response) => response.end(answer)).listen(port, '127.0.0.1');
    await once(liar, 'listening');
    for (answer of answers.slice(0, 2)) {
      const refused = await environment.engineer('GET', `/jobs/${id}/metrics?attempt=1`);
      expect(refused.body).toMatchObject({ status: 503, code: 'metrics.unavailable' });
      expect((refused.body as { detail: string }).detail).toContain('its answer is not one of Prometheus');
    }
    answer = answers[2] ?? '';
    expect((await environment.engineer('GET', `/jobs/${id}/metrics?attempt=1`)).body).toMatchObject({ configured: true, replicas: [] });
    answer = JSON.stringify({ ...lie, data: { ...lie.data, result: [{ metric: { pod: pod.replace('-0-0-', '-2-0-') }, values }] } });
    const partly = await environment.engineer('GET', `/jobs/${id}/metrics?attempt=2`);
    expect((partly.body as Metrics).replicas.flatMap(({ points }) => points.flatMap(({ utilisation }) => utilisation ?? []))).toEqual([42]);
    liar.close();
    liar.closeAllConnections();
    await once(liar, 'close');
    liar = undefined;
  });

  it('are what the exporter of its pods reports, of the pods of its own company only', async () => {
    prometheus = await startPrometheus(environment.simulated.kubeconfigYaml, directory, port);
    const id = await running('busy', { [`${SIM}gpu-utilisation`]: '35', [`${SIM}gpu-memory-mib`]: '61440' });
    const measured = await eventually(
      'two replicas with points',
      () => metricsOf(id).catch((error: unknown) => ({ configured: true, replicas: [], error: String(error) })),
      ({ replicas }) => replicas.length === 2 && replicas.every(({ points }) => points.some(({ utilisation }) => utilisation !== null)),
    );
    for (const { points } of measured.replicas) expect(points.at(-1)).toMatchObject({ utilisation: 35, memoryMib: 61_440 });
    const stranger = await environment.api.person('engineer', await environment.api.company());
    expect((await stranger.call('GET', `/jobs/${id}/metrics`)).status).toBe(404);
  });
});
