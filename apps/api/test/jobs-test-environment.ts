import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { WalletsService } from '#funding';
import { type Job, JobsService } from '#jobs';
import { instantOf } from '#kernel';
import type { Company } from '#tenancy';
import { gpuPool, SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ApiTestEnvironment, type Call } from './api-test-environment.ts';

const CONTROLLER = systemActor('controller');

export const NODE_SELECTOR = { 'speedspace.io/gpu-class': 'h800' };

/** A job file of eight GPUs for an hour. */
export function jobFile(name: string, spec: object = {}, annotations: object = {}) {
  return {
    apiVersion: 'speedspace.io/v1',
    kind: 'Job',
    metadata: { name, annotations },
    spec: {
      gpuClass: 'h800',
      gpusPerReplica: 8,
      image: 'registry.park.example/jiding/train:1.4',
      maxRuntime: '1h',
      selfPay: true,
      ...spec,
    },
  };
}

/** An API with a simulated cluster, and an engineer of a company that has money and submits jobs. */
export class JobsTestEnvironment {
  private constructor(
    readonly simulated: SimulatedCluster,
    readonly api: ApiTestEnvironment,
    readonly company: Company,
    readonly engineer: Call,
    /** Header of the engineer, for streams. */
    readonly authorization: string,
    private readonly directory: string,
  ) {}

  /** `variables` of the API's environment that differ from those of a plain test. */
  static async start(variables: Readonly<Record<string, string>> = {}): Promise<JobsTestEnvironment> {
    const simulated = await SimulatedCluster.start({ nodes: [gpuPool('h800', 2, 'nvidia.com/gpu', '128', '2Ti')] });
    const directory = await mkdtemp(path.join(tmpdir(), 'speedspace-test-'));
    const kubeconfig = path.join(directory, 'kubeconfig');
    await writeFile(kubeconfig, simulated.kubeconfigYaml);
    const api = await ApiTestEnvironment.start({
      ...{ KUBECONFIG: kubeconfig, SIMULATED_CLUSTER: 'true', ALLOWED_IMAGES: 'registry.park.example/*', ...variables },
    });
    const company = await api.company();
    const person = await api.person('engineer', company);
    const signedIn = await api.call('POST', '/auth/sign-in', { email: person.email, password: 'quartz lantern 42 meadow' });
    const authorization = `Bearer ${(signedIn.body as { accessToken: string }).accessToken}`;
    await api.database.transactions.run(async (tx) => {
      const catalog = api.app.get(CatalogService, { strict: false });
      await catalog.addClass(tx, CONTROLLER, { code: 'h800', nodeSelector: NODE_SELECTOR });
      await catalog.addPrice(tx, CONTROLLER, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1_250n });
      const topUp = { tenantId: company.id, amount: 100_000n, reference: 'bank 1', key: 'topup-1' };
      await api.app.get(WalletsService, { strict: false }).topUp(tx, CONTROLLER, topUp, instantOf(new Date()));
    });
    return new JobsTestEnvironment(simulated, api, company, person.call, authorization, directory);
  }

  async stop(): Promise<void> {
    await this.api.stop();
    await this.simulated.stop();
    await rm(this.directory, { recursive: true });
  }

  /** Submits a job as the engineer. @returns its id */
  async submit(name: string, spec: object = {}, annotations: object = {}): Promise<string> {
    const answer = await this.engineer('POST', '/jobs', jobFile(name, spec, annotations));
    expect(answer).toMatchObject({ status: 201, body: { state: 'Queued' } });
    return (answer.body as { id: string }).id;
  }

  /** Does to a job what the controller would do. */
  async apply(id: string, kind: Parameters<JobsService['apply']>[2]['kind']): Promise<Job> {
    const jobs = this.api.app.get(JobsService, { strict: false });
    return await this.api.database.transactions.run(async (tx) => await jobs.apply(tx, id, { kind }, CONTROLLER));
  }
}
