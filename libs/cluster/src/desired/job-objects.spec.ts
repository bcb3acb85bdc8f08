import { someJobSpec } from '#jobs/testing';
import { jobObject, rendezvousObjects } from './job-objects.ts';
import { tenantObjects } from './tenant-space.ts';
import type { Workload } from './workload.ts';

function workload(change: Parameters<typeof someJobSpec>[0] = {}, nodes: string[] = []): Workload {
  return {
    jobId: 'job_01jabc',
    attempt: 2,
    tenant: { id: 'company_1', slug: 'jiding' },
    spec: someJobSpec(change),
    imagePullPolicy: 'IfNotPresent',
    replica: { gpus: 8, cpuMillis: 32_000, memoryBytes: 2 ** 38 },
    gpuClass: {
      ...{ code: 'h800', resourceName: 'nvidia.com/gpu', nodeSelector: { 'speedspace.io/gpu-class': 'h800' } },
      ...{ runtimeClassName: null, tolerations: [] },
    },
    nodes,
  };
}

describe('the objects of a job', () => {
  const gang = workload({ replicas: 4, gpusPerReplica: 8, env: { EPOCHS: '3' }, checkpoint: { graceSeconds: 300, resume: 'auto' } }, [
    'n2',
    'n1',
    'n1',
    'n3',
  ]);

  it('are one indexed Job of the attempt, all pods at once', () => {
    expect(jobObject(gang)).toMatchObject({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: 'job-01jabc-2',
        namespace: 'mss-jiding',
        labels: {
          'app.kubernetes.io/managed-by': 'speedspace',
          'speedspace.io/tenant': 'jiding',
          'speedspace.io/job': 'job_01jabc',
          'speedspace.io/attempt': '2',
        },
      },
      spec: { completionMode: 'Indexed', completions: 4, parallelism: 4, backoffLimit: 0, activeDeadlineSeconds: 3_600 + 300 + 3_600 },
    });
  });

  it('hold what a pod may use, where it may go, and how it ends', () => {
    const template = jobObject(gang).spec!.template;
    expect(template.metadata?.finalizers).toEqual(['speedspace.io/metering']);
    expect(template.spec).toMatchObject({
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 300,
      nodeSelector: { 'speedspace.io/gpu-class': 'h800' },
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    const [main] = template.spec!.containers;
    expect(main?.resources?.requests).toEqual({ 'nvidia.com/gpu': '8', cpu: '32', memory: String(2 ** 38) });
    expect(main?.resources?.limits).toEqual(main?.resources?.requests);
  });

  it('give every user a home and a /tmp to write to, and what else the job asks for of its container', () => {
    const plain = jobObject(gang).spec!.template.spec!;
    expect(plain.containers[0]?.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual(['/tmp', '/home/user']);
    expect(plain.containers[0]?.env).toEqual(expect.arrayContaining([{ name: 'HOME', value: '/home/user' }]));
    expect(plain.securityContext).toMatchObject({ runAsUser: 1_000, runAsGroup: 1_000, fsGroup: 1_000 });
    const asking = workload({
      ...{ workingDir: '/workspace', shmBytes: 2 ** 30, ephemeralBytes: 2 ** 35, runAs: { user: 7, group: 8 } },
      env: { HOME: '/root-of-mine' },
    });
    const { containers, securityContext, volumes } = jobObject({ ...asking, replica: { ...asking.replica, ephemeralBytes: 2 ** 35 } }).spec!
      .template.spec!;
    expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 7, runAsGroup: 8, fsGroup: 8 });
    expect(volumes?.at(-1)?.emptyDir).toEqual({ medium: 'Memory', sizeLimit: String(2 ** 30) });
    expect(containers[0]).toMatchObject({ workingDir: '/workspace', resources: { limits: { 'ephemeral-storage': String(2 ** 35) } } });
    expect(containers[0]?.volumeMounts?.at(-1)).toEqual({ name: volumes?.at(-1)?.name, mountPath: '/dev/shm' });
    expect(containers[0]?.env?.filter(({ name }) => name === 'HOME')).toEqual([{ name: 'HOME', value: '/root-of-mine' }]);
  });

  it('tolerate the taint of their resource, and have the tolerations and the RuntimeClass of their class', () => {
    const dedicated = { key: 'dedicated', operator: 'Equal', value: 'training', effect: 'NoExecute', tolerationSeconds: 600 } as const;
    const { gpuClass } = gang;
    const ofResource = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' };
    expect(jobObject(gang).spec!.template.spec!.tolerations).toEqual([ofResource]);
    expect(jobObject(gang).spec!.template.spec).not.toHaveProperty('runtimeClassName');
    const special = { ...gang, gpuClass: { ...gpuClass, runtimeClassName: 'kata-gpu', tolerations: [dedicated] } };
    expect(jobObject(special).spec!.template.spec).toMatchObject({ tolerations: [ofResource, dedicated], runtimeClassName: 'kata-gpu' });
  });

  it('send all pods to the one node decided, and hold those of several back until each has its own (S2)', () => {
    const decided = (nodes: string[]) => jobObject({ ...gang, nodes }).spec!.template.spec!;
    const terms = decided(['n1', 'n1', 'n1', 'n1']).affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    expect(terms).toEqual({ nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }] });
    expect(decided(['n1', 'n1', 'n1', 'n1'])).not.toHaveProperty('schedulingGates');
    expect(decided(['n2', 'n1', 'n1', 'n3']).schedulingGates).toEqual([{ name: 'speedspace.io/placement' }]);
    expect(decided(['n2', 'n1', 'n1', 'n3'])).not.toHaveProperty('affinity');
  });

  it('give the pods of a gang their rendezvous address', () => {
    const env = Object.fromEntries((jobObject(gang).spec!.template.spec!.containers[0]?.env ?? []).map(({ name, value }) => [name, value]));
    expect(env).toMatchObject({
      EPOCHS: '3',
      MASTER_ADDR: 'job-01jabc-2-0.job-01jabc-2',
      MASTER_PORT: '29500',
      NNODES: '4',
      WORLD_SIZE: '32',
    });
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'job-01jabc-2', uid: 'u' };
    expect(rendezvousObjects(gang, owner)).toMatchObject([
      { kind: 'Service', metadata: { ownerReferences: [owner] }, spec: { clusterIP: 'None', publishNotReadyAddresses: true } },
      { kind: 'NetworkPolicy', spec: { policyTypes: ['Ingress', 'Egress'] } },
    ]);
  });

  it('leave a single pod without what only a gang needs', () => {
    const single = workload();
    expect(rendezvousObjects(single, { apiVersion: 'batch/v1', kind: 'Job', name: 'x', uid: 'u' })).toEqual([]);
    expect(jobObject(single).spec!.template.spec).not.toHaveProperty('affinity');
  });

  it('fence a tenant in', () => {
    const objects = tenantObjects({ id: 'company_1', slug: 'jiding' });
    expect(objects.map(({ kind, metadata }) => `${kind!} ${metadata!.name!}`)).toEqual([
      'Namespace mss-jiding',
      'ResourceQuota speedspace',
      'LimitRange speedspace',
      'NetworkPolicy default-deny',
      'NetworkPolicy allow-dns',
    ]);
    expect(objects[0]).toMatchObject({ metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } });
    expect(objects[1]).toMatchObject({ spec: { hard: { pods: '2000', 'services.loadbalancers': '0', 'services.nodeports': '0' } } });
  });
});
