import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DatabaseModule, databaseSettings } from '#database';
import type { ParkRole } from '#identity';
import { BusinessCalendar, Clock, ScaledClock } from '#kernel';
import { JobSettings } from '#jobs';
import { API_SETTINGS, type ApiSettings } from '../../api/src/settings.ts';
import { ApiTestEnvironment, PASSWORD } from '../../api/test/api-test-environment.ts';
import { gpuPool, SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { ControllerModule, ControllerSettings } from '../../controller/src/index.ts';
import { type Ran, run } from './scripted-environment.ts';

const SPEED = 30;

@Module({})
class Runtime {}

/** `mss` as one person types it, with a home of their own. */
export type Mss = (words: readonly string[], input?: string, env?: Record<string, string>) => Promise<Ran>;

/** The whole product: API, controller and simulated cluster on one clock that runs fast, and people who only have `mss`. */
export class CliTestEnvironment {
  private constructor(
    readonly environment: ApiTestEnvironment,
    readonly folder: string,
    readonly cluster: SimulatedCluster,
    readonly controller: TestingModule,
  ) {}

  /** `variables` of the API's environment that differ from those of a plain story. */
  static async start(variables: Readonly<Record<string, string>> = {}): Promise<CliTestEnvironment> {
    const clock = new ScaledClock(SPEED);
    const folder = await mkdtemp(path.join(tmpdir(), 'mss-story-'));
    const cluster = await SimulatedCluster.start({ clock, nodes: [gpuPool('h800', 2, 'nvidia.com/gpu', '128', '2Ti')] });
    const kubeconfig = path.join(folder, 'kubeconfig.yaml');
    await writeFile(kubeconfig, cluster.kubeconfigYaml);
    const own = { KUBECONFIG: kubeconfig, SIMULATED_CLUSTER: 'true', JWT_ACCESS_SECONDS: '864000', ...variables };
    const environment = await ApiTestEnvironment.start(own, clock);
    const runtime = {
      module: Runtime,
      global: true,
      providers: [
        { provide: Clock, useValue: clock },
        { provide: BusinessCalendar, useValue: new BusinessCalendar() },
      ],
      exports: [Clock, BusinessCalendar],
    };
    const settings = new ControllerSettings({ meteringTickSeconds: 30, holdHorizonSeconds: 600 });
    const controller = await Test.createTestingModule({
      imports: [
        runtime,
        DatabaseModule.forRoot(databaseSettings(environment.database.url)),
        ControllerModule.register(
          { kubeconfig: cluster.kubeconfigYaml },
          settings,
          new JobSettings({ simulatedCluster: true }),
          undefined,
          undefined,
          undefined,
          environment.app.get<ApiSettings>(API_SETTINGS, { strict: false }).identity.sealingSecrets,
        ),
      ],
    }).compile();
    controller.useLogger(false);
    await controller.init();
    return new CliTestEnvironment(environment, folder, cluster, controller);
  }

  async stop(): Promise<void> {
    await this.controller.close();
    await this.environment.stop();
    await this.cluster.stop();
    await rm(this.folder, { recursive: true });
  }

  /** Somebody who has not signed in yet. */
  async somebody(name: string): Promise<Mss> {
    const home = path.join(this.folder, name);
    await mkdir(home);
    return (words, input, env) => run(home, words, input, env);
  }

  /** One of the park's people, signed in. */
  async official(name: string, role: ParkRole): Promise<Mss> {
    const { email } = await this.environment.person(role);
    const mss = await this.somebody(name);
    await this.signIn(mss, email);
    return mss;
  }

  async signIn(mss: Mss, email: string): Promise<void> {
    const { code, err } = await mss(['login', '--server', this.environment.url, '--email', email, '--password-stdin'], `${PASSWORD}\n`);
    if (code !== 0) throw new Error(err);
  }

  /** Writes a file and answers where it is. */
  async file(name: string, content: string): Promise<string> {
    const file = path.join(this.folder, name);
    await writeFile(file, content);
    return file;
  }
}
