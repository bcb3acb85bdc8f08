import path from 'node:path';
import { systemActor } from '#audit';
import { CatalogService } from '#catalog';
import { WalletsService } from '#funding';
import { instantOf } from '#kernel';
import { CliTestEnvironment, type Mss } from './cli-test-environment.ts';

const park = systemActor('test');
const manifest = (name: string): string => path.join(import.meta.dirname, 'manifests', name);

describe('jobs of other systems', () => {
  let environment: CliTestEnvironment;
  let engineer: Mss;
  beforeAll(async () => {
    environment = await CliTestEnvironment.start();
    const api = environment.environment;
    const company = await api.company();
    const { email } = await api.person('engineer', company);
    await api.database.transactions.run(async (tx) => {
      const catalog = api.app.get(CatalogService, { strict: false });
      await catalog.addClass(tx, park, { code: 'h800', nodeSelector: { 'speedspace.io/gpu-class': 'h800' } });
      await catalog.addPrice(tx, park, 'h800', { from: new Date('2026-01-01T00:00:00Z'), fenPerGpuHour: 1_250n });
      const topUp = { tenantId: company.id, amount: 10_000_000n, reference: 'bank 1', key: 'topup-1' };
      await api.app.get(WalletsService, { strict: false }).topUp(tx, park, topUp, instantOf(new Date()));
    });
    engineer = await environment.somebody('wei');
    await environment.signIn(engineer, email);
  });
  afterAll(async () => {
    await environment.stop();
  });

  it.each(['torchrun-job.yaml', 'accelerate-trainjob.yaml', 'megatron.sbatch'])(
    '%s runs as it is imported, on the GPU class of the park that it means',
    async (name) => {
      const imported = await engineer(['import', manifest(name), '--self-pay']);
      expect([imported.code, imported.err]).toEqual([0, expect.stringContaining('Not carried over:')]);
      // Only the simulated cluster has to be told for how long the program runs.
      const file = imported.out.includes('annotations:')
        ? imported.out
        : imported.out.replace('metadata:\n', 'metadata:\n  annotations:\n    sim.speedspace.io/run-time: 20s\n');
      const { code, out, err } = await engineer(['submit', '-f', '-', '--wait'], file);
      expect([code, out, err]).toEqual([0, expect.stringContaining('Succeeded'), expect.any(String)]);
    },
    120_000,
  );
});
