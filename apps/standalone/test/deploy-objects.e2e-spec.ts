import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MANIFESTS, renderedBase } from '../../../deploy/kustomize/render.ts';
import { REQUIRED_RIGHTS, type Right } from '#cluster';
import { SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { findResource, RESOURCES } from '../../cluster-sim/src/schema/resources.ts';
import { containersOf, faultsOf, type Manifest, named, rightsInReadme, rightsOf, run, variablesOf } from './manifests.ts';
import { CHART, RenderedChart } from './rendered-chart.ts';

const OF_EVERY_INSTALLATION = ['ConfigMap', 'Deployment', 'Job', 'NetworkPolicy', 'PodDisruptionBudget', 'Service', 'ServiceAccount'];
const RIGHTS = ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];

describe('the chart', () => {
  let cluster: SimulatedCluster;
  let chart: RenderedChart;
  let byDefault: readonly Manifest[];
  let everything: readonly Manifest[];
  beforeAll(async () => {
    chart = await RenderedChart.render();
    ({ byDefault, everything } = chart);
    cluster = await SimulatedCluster.start();
    await writeFile(path.join(chart.folder, 'kubeconfig'), cluster.kubeconfigYaml, { mode: 0o600 });
  }, 300_000);
  afterAll(async () => {
    await cluster.stop();
    await chart.remove();
  });

  it('passes the linter of Helm', async () => {
    const { code, out } = await run(chart.tools.helm, ['lint', '--strict', CHART, '--values', chart.values]);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('0 chart(s) failed') as string });
  });

  it('renders objects that the published schemas of Kubernetes know, field by field', async () => {
    const sets = [byDefault, everything, await chart.kustomized()];
    for (const manifest of sets.flat()) {
      expect({ kind: manifest.kind, name: manifest.metadata.name, faults: await faultsOf(manifest) }).toMatchObject({ faults: [] });
    }
    const kinds = (manifests: readonly Manifest[]) => [...new Set(manifests.map(({ kind }) => kind))].sort();
    expect(kinds(byDefault)).toEqual([...OF_EVERY_INSTALLATION, ...RIGHTS, 'HorizontalPodAutoscaler'].sort());
    expect(kinds(everything)).toEqual([...OF_EVERY_INSTALLATION, 'Ingress', 'PrometheusRule', 'ServiceMonitor'].sort());
  });

  it('would find a field that no kind has, and a value of a wrong type', async () => {
    const api = named(byDefault, 'Deployment', 'speedspace-api');
    expect(await faultsOf({ ...api, spec: { ...api.spec, replica: 2 } })).toEqual(['spec.replica']);
    expect(await faultsOf({ ...api, spec: { template: api.spec?.template } })).toMatchObject([
      { instancePath: '/spec', keyword: 'required' },
    ]);
  });

  it('renders objects that a server takes, as far as the simulated cluster serves their kinds', async () => {
    const kubeconfig = ['--kubeconfig', path.join(chart.folder, 'kubeconfig')];
    await run(chart.tools.kubectl, [...kubeconfig, 'create', 'namespace', 'speedspace']);
    // Objects that name another namespace, such as the role for the leases of nodes, go there.
    await run(chart.tools.kubectl, [...kubeconfig, 'config', 'set-context', '--current', '--namespace', 'speedspace']);
    for (const manifests of [byDefault, everything, await chart.kustomized()]) {
      const served = manifests.filter(({ apiVersion, kind }) => {
        const [version = '', group = ''] = apiVersion.split('/').reverse();
        const plural = RESOURCES.find((resource) => resource.kind === kind)?.plural;
        return plural !== undefined && findResource(group, version, plural) !== undefined;
      });
      expect(served.length).toBeGreaterThan(8);
      const words = [...kubeconfig, 'apply', '--dry-run=server', '--validate=strict', '-f', '-'];
      const { code, out, err } = await run(chart.tools.kubectl, words, served.map((each) => JSON.stringify(each)).join('\n---\n'));
      expect({ code, err: err.replace(/^Warning: resource namespaces\/speedspace is missing.*\n/, '') }).toEqual({ code: 0, err: '' });
      expect(out.match(/\(server dry run\)/g)).toHaveLength(served.length);
    }
  });

  it('lets Prometheus reach API and controller, and who may ask the API not the controller', () => {
    const askers = (manifests: readonly Manifest[], component: string): unknown =>
      (named(manifests, 'NetworkPolicy', `speedspace-${component}`).spec?.['ingress'] as { from?: unknown }[])[0]?.from;
    const [ingress, monitoring] = ['ingress', 'monitoring'].map((name) => ({ namespaceSelector: { matchLabels: { name } } }));
    expect(askers(everything, 'api')).toEqual([ingress, monitoring]);
    expect(askers(everything, 'controller')).toEqual([monitoring]);
    expect([askers(byDefault, 'api'), askers(byDefault, 'controller')]).toEqual([undefined, undefined]);
    for (const component of ['api', 'controller']) {
      const service = named(everything, 'Service', `speedspace-${component}`);
      const monitor = named(everything, 'ServiceMonitor', `speedspace-${component}`);
      const selector = (monitor.spec?.['selector'] as { matchLabels: Record<string, string> }).matchLabels;
      expect(service.metadata.labels).toMatchObject(selector);
      expect(monitor.metadata.labels).toMatchObject({ release: 'prometheus' });
    }
    expect(named(everything, 'PrometheusRule', 'speedspace').spec?.['groups']).toHaveLength(1);
    expect(JSON.parse(named(everything, 'ConfigMap', 'speedspace-dashboard').data?.['speedspace.json'] ?? '')).toMatchObject({
      title: 'Speedspace',
    });
  });

  it('makes a Cluster of CloudNativePG where it is asked to, and migrates it beside everything else', async () => {
    const own = await chart.template('--set', 'postgresql.enabled=true,postgresql.instances=1,postgresql.storage.storageClass=fast');
    expect(named(own, 'Cluster', 'speedspace-postgresql')).toMatchObject({
      apiVersion: 'postgresql.cnpg.io/v1',
      metadata: { annotations: { 'helm.sh/resource-policy': 'keep' } },
      spec: {
        instances: 1,
        bootstrap: { initdb: { database: 'speedspace', owner: 'speedspace_owner' } },
        managed: { roles: [{ name: 'speedspace_owner', createrole: true }] },
        storage: { size: '50Gi', storageClass: 'fast' },
      },
    });
    expect(named(own, 'Cluster', 'speedspace-postgresql').spec?.['postgresql']).not.toHaveProperty('synchronous');
    const job = named(own, 'Job', 'speedspace-migrate-1');
    expect(variablesOf(own, job)).toEqual({
      DATABASE_OWNER_URL: 'speedspace-postgresql-app/uri',
      DATABASE_URL: 'speedspace/DATABASE_URL',
    });
    // A hook would run before there is a database.
    for (const each of [job, named(own, 'NetworkPolicy', 'speedspace-migration')]) {
      expect(Object.keys(each.metadata.annotations ?? {}).filter((name) => name.startsWith('helm.sh/hook'))).toEqual([]);
    }
    for (const manifest of own.filter(({ kind }) => kind !== 'Cluster')) expect(await faultsOf(manifest)).toEqual([]);
    const three = await chart.template('--set', 'postgresql.enabled=true');
    expect(named(three, 'Cluster', 'speedspace-postgresql').spec?.['postgresql']).toMatchObject({
      synchronous: { method: 'any', number: 1 },
    });
  });

  it('labels what migrates, so that kustomize can apply it before the rest', async () => {
    const migrating = (await chart.kustomized()).filter(
      ({ metadata: { labels } }) => labels?.['app.kubernetes.io/component'] === 'migration',
    );
    expect(migrating.map(({ kind, metadata: { name } }) => `${kind} ${name}`).sort()).toEqual([
      'Job speedspace-migrate',
      'NetworkPolicy speedspace-migration',
    ]);
  });

  it("gives API and controller together exactly the rights of README's table, to each what it needs", async () => {
    const roles = byDefault.filter(({ kind }) => kind === 'ClusterRole' || kind === 'Role');
    expect(rightsOf(roles)).toEqual(await rightsInReadme());
    // The list that each process checks at start.
    for (const component of ['api', 'controller'] as const) {
      const [inNamespace, everywhere] = [true, false].map((limited) =>
        REQUIRED_RIGHTS[component].filter(({ namespace }) => (namespace !== undefined) === limited),
      );
      const granted = (kind: string): string[] =>
        rightsOf(roles.filter((each) => each.kind === kind && each.metadata.name === `speedspace-${component}`));
      const listed = (rights: readonly Right[] = []): string[] => rights.map(({ resource, verb }) => `${resource} ${verb}`).sort();
      expect(granted('ClusterRole')).toEqual(listed(everywhere));
      expect(granted('Role')).toEqual(listed(inNamespace));
    }
    expect(named(roles, 'Role', 'speedspace-controller').metadata.namespace).toBe('kube-node-lease');
    expect(roles.flatMap(({ rules = [] }) => rules.flatMap((rule) => Object.values(rule).flat()))).not.toContain('*');
  });

  it('runs everything without rights on its node', async () => {
    const makers = [...byDefault, ...everything, ...(await chart.kustomized())].filter((each) => containersOf(each).length > 0);
    expect(makers).toHaveLength(9);
    for (const maker of makers) {
      const pod = maker.spec?.template?.spec;
      expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } });
      for (const { securityContext, resources, volumeMounts } of containersOf(maker)) {
        expect(securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
        expect(Object.keys(resources?.limits ?? {})).toContain('memory');
        expect(volumeMounts).toContainEqual({ name: 'tmp', mountPath: '/tmp' });
      }
    }
  });

  it('migrates before everything else, and probes what can answer', () => {
    const hook = { 'helm.sh/hook': 'pre-install,pre-upgrade' };
    expect(named(byDefault, 'Job', 'speedspace-migrate').metadata.annotations).toMatchObject(hook);
    expect(named(byDefault, 'NetworkPolicy', 'speedspace-migration').metadata.annotations).toMatchObject(hook);
    const probes = (name: string) =>
      containersOf(named(byDefault, 'Deployment', name)).map(({ livenessProbe, readinessProbe }) => [
        livenessProbe?.httpGet?.path,
        readinessProbe?.httpGet?.path,
      ]);
    expect(probes('speedspace-api')).toEqual([['/healthz', '/readyz']]);
    expect(probes('speedspace-controller')).toEqual([['/healthz', '/readyz']]);
  });

  it('keeps the manifests for kustomize in step with the chart', async () => {
    expect(await readFile(MANIFESTS, 'utf8')).toBe(await renderedBase());
    const manifests = await chart.kustomized();
    const controller = variablesOf(manifests, named(manifests, 'Deployment', 'speedspace-controller'));
    expect(controller).toMatchObject({ MONTH_CLOSE_AFTER: '5', PUBLIC_URL: 'https://compute.park.example', METERING_TICK: '60' });
  });
});
