import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spyOn } from 'jest-mock';
import { KubeConfig } from '@kubernetes/client-node';
import { Logger } from '@nestjs/common';
import { ManualClock, ScaledClock } from '#kernel';
import { eventually } from '#kernel/testing';
import { SimulatedCluster } from '../../../../apps/cluster-sim/src/index.ts';
import { ClusterService } from '../cluster.service.ts';
import { ClusterAccount, rulesOf } from '../testing/index.ts';
import { ClusterChecks } from './cluster-checks.ts';
import { describeRight, REQUIRED_RIGHTS } from './required-rights.ts';

describe('the account of a process in the cluster', () => {
  const clock = new ScaledClock(20);
  let simulated: SimulatedCluster;
  let administrator: KubeConfig;
  let directory: string;
  let accounts = 0;

  const accountWith = async (without: readonly string[] = []): Promise<ClusterAccount> => {
    const rights = REQUIRED_RIGHTS.controller.filter((right) => !without.includes(describeRight(right)));
    accounts += 1;
    return await ClusterAccount.create(administrator, 'default', `controller-${accounts}`, rulesOf(rights));
  };
  let warn: { mockRestore: () => void } | undefined;
  /** What is logged as a warning from now on. */
  const warnings = (): string[] => {
    const texts: string[] = [];
    warn = spyOn(Logger.prototype, 'warn').mockImplementation((text: unknown) => void texts.push(String(text)));
    return texts;
  };

  beforeAll(async () => {
    simulated = await SimulatedCluster.start({ clock });
    administrator = new KubeConfig();
    administrator.loadFromString(simulated.kubeconfigYaml);
    directory = await mkdtemp(path.join(tmpdir(), 'speedspace-account-'));
  });
  afterEach(() => {
    warn?.mockRestore();
    simulated.faults.rules.clear();
    simulated.faults.clockError(0);
  });
  afterAll(async () => {
    await simulated.stop();
    await rm(directory, { recursive: true });
  });

  it('lacks nothing with exactly the rights that are listed', async () => {
    const cluster = ClusterService.connect({ kubeconfig: await (await accountWith()).kubeconfig() });
    expect(await cluster.missingRights('controller')).toEqual({ rights: [], sentences: [] });
    const tenant = { id: 'company_1', slug: 'jiding' };
    await cluster.spaces.ensure(tenant);
    expect(await cluster.pods.list()).toEqual([]);
    await expect(cluster.nodes.heartbeats()).resolves.toBeInstanceOf(Map);
  });

  it('is told each right that it lacks, in a sentence with the command that grants it', async () => {
    const account = await accountWith(['delete jobs.batch', 'watch pods', 'list leases.coordination.k8s.io in kube-node-lease']);
    const cluster = ClusterService.connect({ kubeconfig: await account.kubeconfig() });
    const { rights, sentences } = await cluster.missingRights('controller');
    expect(rights.map(describeRight)).toEqual(['delete jobs.batch', 'watch pods', 'list leases.coordination.k8s.io in kube-node-lease']);
    const subject = `--serviceaccount=default:${account.name}`;
    expect(sentences).toEqual([
      `The account system:serviceaccount:default:${account.name} may not delete jobs.batch; grant it with: kubectl create clusterrole speedspace-delete-jobs --verb=delete --resource=jobs.batch && kubectl create clusterrolebinding speedspace-delete-jobs --clusterrole=speedspace-delete-jobs ${subject}`,
      `The account system:serviceaccount:default:${account.name} may not watch pods; grant it with: kubectl create clusterrole speedspace-watch-pods --verb=watch --resource=pods && kubectl create clusterrolebinding speedspace-watch-pods --clusterrole=speedspace-watch-pods ${subject}`,
      `The account system:serviceaccount:default:${account.name} may not list leases.coordination.k8s.io in kube-node-lease; grant it with: kubectl create role speedspace-list-leases --verb=list --resource=leases.coordination.k8s.io -n kube-node-lease && kubectl create rolebinding speedspace-list-leases --role=speedspace-list-leases ${subject} -n kube-node-lease`,
    ]);
    await expect(cluster.jobs.delete({ jobId: 'job_1', attempt: 1, tenant: { slug: 'jiding' } }, 1)).rejects.toMatchObject({
      code: 'cluster.not-allowed',
    });
  });

  it('reads its token anew when the server refuses it, while requests, watches and logs go on', async () => {
    const account = await accountWith();
    const file = path.join(directory, 'token');
    const first = await account.issueToken();
    await writeFile(file, first);
    const kubeconfigPath = path.join(directory, 'kubeconfig.yaml');
    await writeFile(kubeconfigPath, await account.kubeconfig({ tokenFile: 'token' }));
    const cluster = ClusterService.connect({ kubeconfigPath }, { relistSeconds: 1 });
    let synced = 0;
    const stop = new AbortController();
    const watching = cluster.pods.watch({ onPod: () => undefined, onGone: () => undefined, onSynced: () => (synced += 1) }, stop.signal);
    await eventually(
      'the first list',
      () => synced,
      (seen) => seen > 0,
    );

    simulated.faults.expireToken(first);
    await expect(cluster.pods.list()).rejects.toMatchObject({ code: 'cluster.unauthenticated', kind: 'unavailable' });
    await writeFile(file, `${await account.issueToken()}\n`);
    await eventually(
      'an accepted request',
      () => cluster.pods.list().catch((error: unknown) => error as Error),
      (seen) => Array.isArray(seen),
    );
    const before = synced;
    await eventually(
      'a list by the watch',
      () => synced,
      (seen) => seen > before,
    );
    stop.abort();
    await watching;
  });

  it('logs what the API server warns of, once for each text', async () => {
    const texts = warnings();
    const cluster = ClusterService.connect({ kubeconfig: simulated.kubeconfigYaml });
    for (const message of ['batch/v2 Job is deprecated', 'batch/v2 Job is deprecated', 'use "another"']) {
      simulated.faults.rules.add({ verb: 'list', resource: 'pods', count: 1, effect: { kind: 'warning', message } });
      await cluster.pods.list();
    }
    expect(texts).toEqual(['the API server warns: batch/v2 Job is deprecated', 'the API server warns: use "another"']);
  });

  it('tells by how much the clocks differ, and warns of it once as long as it lasts', async () => {
    // Requests take no time on it.
    const still = new ManualClock(new Date('2026-10-01T00:00:00Z'));
    const server = await SimulatedCluster.start({ clock: still });
    try {
      const cluster = ClusterService.connect({ kubeconfig: server.kubeconfigYaml });
      expect(await cluster.clockError(still)).toBe(0);
      server.faults.clockError(90);
      expect(await cluster.clockError(still)).toBe(90);
      server.faults.clockError(-90);
      expect(await cluster.clockError(still)).toBe(-89);
      const texts = warnings();
      const checks = new ClusterChecks(cluster, still, 'controller');
      const [problem] = await eventually(
        'a problem',
        () => checks.problems(),
        (seen) => seen.length === 1,
      );
      expect(problem).toMatch(/^The clock of the API server is \d\d s behind the clock of this process: synchronize both with NTP/);
      expect(checks.findings?.clockErrorSeconds).toBe(-89);
      server.faults.clockError(-91);
      await eventually(
        'the end of the problem',
        async () => {
          server.faults.clockError(0);
          return await checks.problems();
        },
        (seen) => seen.length === 0,
      );
      expect(texts).toHaveLength(1);
    } finally {
      await server.stop();
    }
  });
});
