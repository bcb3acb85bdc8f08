import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { apiSettings, environment as apiEnvironment } from '../../api/src/settings.ts';
import { controllerEnvironment, environment as controllerSettings } from '../../controller/src/settings.ts';
import { type Manifest, named, run, variablesOf } from './manifests.ts';
import { CHART, RenderedChart } from './rendered-chart.ts';

/** What Node and the libraries read themselves, by README's table. */
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

describe('the values of the chart', () => {
  let chart: RenderedChart;
  let byDefault: readonly Manifest[];
  let everything: readonly Manifest[];
  beforeAll(async () => {
    chart = await RenderedChart.render();
    ({ byDefault, everything } = chart);
  }, 300_000);
  afterAll(() => chart.remove());

  it('give each process every variable that it reads, and no other', () => {
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

  it('have the defaults of the product, and a key that signs what is closed', () => {
    const needed = { DATABASE_URL: 'postgres://u:p@db/s', JWT_SECRET: '2ZlmVvGkQ0yqYH3sTt8cPqWnXbR5uJ7d' };
    const keys = { SECRETS_KEY: 'k9TzQm4LwYx2RfVb7NcHs1PdGj6UaEo3' };
    const api = variablesOf(byDefault, named(byDefault, 'Deployment', 'speedspace-api'));
    const signing = { SIGNING_KEY_FILE: '/etc/speedspace/signing/signing-key.pem' };
    const fixed = { ...signing, HOST: '0.0.0.0', PORT: '8080', KUBECONFIG: 'in-cluster' };
    expect(apiSettings({ ...api, ...needed, ...keys })).toEqual(apiSettings({ ...needed, ...keys, ...fixed }));
    const controller = variablesOf(byDefault, named(byDefault, 'Deployment', 'speedspace-controller'));
    expect(controllerEnvironment({ ...controller, ...needed, ...keys })).toEqual(
      controllerEnvironment({ ...needed, ...keys, ...signing, CONTROLLER_HOST: '0.0.0.0', CONTROLLER_PORT: '8081' }),
    );
    for (const component of ['api', 'controller']) {
      const { template } = named(byDefault, 'Deployment', `speedspace-${component}`).spec as { template: { spec: { volumes: object[] } } };
      expect(template.spec.volumes).toContainEqual(
        expect.objectContaining({ name: 'signing', secret: expect.objectContaining({ secretName: 'speedspace-signing' }) as object }),
      );
    }
  });

  it('take numbers within the bounds that the product takes', async () => {
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
  ])('refuse %s, and name the value', async (setting, sentence) => {
    const { code, err } = await run(chart.tools.helm, ['template', 'speedspace', CHART, '--set', setting]);
    expect(err).toContain(sentence);
    expect(code).toBe(1);
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
