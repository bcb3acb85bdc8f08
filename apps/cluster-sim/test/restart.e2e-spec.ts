import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { ManualClock } from '#kernel';
import { SimulatedCluster } from '../src/index.ts';

describe('a simulated cluster that is started again', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'cluster-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  /** The UID and resource version of an object made `at` in a cluster of the same seed, and when that was there. */
  const made = async (at: string, epoch?: string): Promise<{ uid: string; version: number; time: number }> => {
    const clock = new ManualClock(new Date(at));
    const memoryFile = path.join(folder, 'cluster.json');
    const cluster = await SimulatedCluster.start({ clock, seed: 'same', memoryFile, ...(epoch !== undefined && { epoch }) });
    const config = new KubeConfig();
    config.loadFromString(cluster.kubeconfigYaml);
    const { metadata } = await config.makeApiClient(CoreV1Api).createNamespace({ body: { metadata: { name: 'lab' } } });
    await cluster.stop();
    return { uid: metadata!.uid!, version: Number(metadata!.resourceVersion), time: metadata!.creationTimestamp!.getTime() };
  };

  it('gives out no UID again, and neither its time nor its resource versions go back, whatever its clock says', async () => {
    const first = await made('2026-10-01T12:00:00Z');
    const second = await made('2026-10-01T10:00:00Z');
    const third = await made('2026-10-01T14:00:00Z');
    expect(new Set([first.uid, second.uid, third.uid]).size).toBe(3);
    expect(second.time).toBeGreaterThanOrEqual(first.time);
    expect(third.time).toBe(Date.parse('2026-10-01T14:00:00Z'));
    expect(second.version).toBeGreaterThan(first.version);
    expect(third.version).toBeGreaterThan(second.version);
  });

  it('is the same cluster again where a test says so by seed and epoch', async () => {
    expect((await made('2026-10-01T16:00:00Z', 'one')).uid).toBe((await made('2026-10-01T16:00:00Z', 'one')).uid);
  });
});
