import { AuthenticationV1Api, AuthorizationV1Api, CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node';
import { asApply, ClusterTestEnvironment, refusal } from './cluster-test-environment.ts';

describe('access to the simulated API server', () => {
  let environment: ClusterTestEnvironment;
  let token: string;
  let account: KubeConfig;

  beforeAll(async () => {
    environment = await ClusterTestEnvironment.start();
    await environment.core.createNamespacedServiceAccount({ namespace: 'lab', body: { metadata: { name: 'reader' } } });
    const issued = await environment.core.createNamespacedServiceAccountToken({
      ...{ namespace: 'lab', name: 'reader', body: { spec: { audiences: [], expirationSeconds: 600 } } },
    });
    token = issued.status?.token ?? '';
    account = new KubeConfig();
    const cluster = environment.config.getCurrentCluster();
    if (cluster === null) throw new Error('no cluster');
    account.loadFromClusterAndUser(cluster, { name: 'reader', token });
  });
  afterAll(async () => {
    await environment.cluster.stop();
  });

  const allowed = async (attributes: object): Promise<boolean | undefined> => {
    const review = { body: { spec: { resourceAttributes: attributes } } };
    return (await account.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview(review)).status?.allowed;
  };

  it('is refused to an account without roles, in the words of Kubernetes', async () => {
    const core = account.makeApiClient(CoreV1Api);
    expect(await refusal(core.listPodForAllNamespaces())).toEqual({
      ...{ code: 403, reason: 'Forbidden' },
      message:
        'pods is forbidden: User "system:serviceaccount:lab:reader" cannot list resource "pods" in API group "" at the cluster scope',
    });
    expect((await refusal(core.readNamespacedPodLog({ namespace: 'lab', name: 'a' }))).message).toBe(
      'pods "a" is forbidden: User "system:serviceaccount:lab:reader" cannot get resource "pods/log" in API group "" in the namespace "lab"',
    );
    const subject = await account.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} });
    expect(subject.status?.userInfo?.username).toBe('system:serviceaccount:lab:reader');
    expect(await refusal(account.makeApiClient(CoreV1Api).listNode())).toMatchObject({ code: 403 });
  });

  it('follows roles in a namespace and in the whole cluster, as soon as they are bound', async () => {
    const rbac = environment.config.makeApiClient(RbacAuthorizationV1Api);
    const subjects = [{ kind: 'ServiceAccount', name: 'reader', namespace: 'lab' }];
    const rule = (resources: string[], verbs: string[]) => ({ apiGroups: [''], resources, verbs });
    await rbac.createNamespacedRole({ namespace: 'lab', body: { metadata: { name: 'pods' }, rules: [rule(['pods'], ['list'])] } });
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'pods' };
    await rbac.createNamespacedRoleBinding({ namespace: 'lab', body: { metadata: { name: 'pods' }, roleRef, subjects } });
    await rbac.createClusterRole({ body: { metadata: { name: 'config' }, rules: [rule(['configmaps'], ['patch'])] } });
    const body = { metadata: { name: 'config' }, roleRef: { ...roleRef, kind: 'ClusterRole', name: 'config' }, subjects };
    await rbac.createClusterRoleBinding({ body });

    const core = account.makeApiClient(CoreV1Api);
    expect((await core.listNamespacedPod({ namespace: 'lab' })).items).toEqual([]);
    expect(await refusal(core.listPodForAllNamespaces())).toMatchObject({ code: 403 });
    expect(await allowed({ verb: 'list', resource: 'pods', namespace: 'lab' })).toBe(true);
    expect(await allowed({ verb: 'list', resource: 'pods' })).toBe(false);
    expect(await allowed({ verb: 'get', resource: 'pods', subresource: 'log', namespace: 'lab' })).toBe(false);
    // An object that is applied for the first time is created, which is a right of its own.
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'lab' } };
    const apply = { namespace: 'lab', name: 'a', body: config, fieldManager: 'test', force: true };
    expect((await refusal(core.patchNamespacedConfigMap(apply, asApply))).message).toContain('cannot create resource "configmaps"');
  });

  it('leaves the administration of the simulation to its administrator', async () => {
    const { fetch, Agent } = await import('undici');
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    const answer = await fetch(`${environment.cluster.url}/sim/v1/truth`, { headers: { authorization: `Bearer ${token}` }, dispatcher });
    expect(answer.status).toBe(403);
    await dispatcher.close();
  });

  it('ends with the token', async () => {
    environment.pass(601);
    await expect(account.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: 'lab' })).rejects.toMatchObject({ code: 401 });
  });
});
