import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DeployTools, deployTools } from '../../../deploy/tools.ts';
import { DEPLOY, type Manifest, manifestsIn, run } from './manifests.ts';

export const CHART = path.join(DEPLOY, 'helm/speedspace');
const OVERLAY = path.join(DEPLOY, 'kustomize/overlays/example');

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
    PINNED_IMAGES: registry.park.example/*
    ALWAYS_PULLED_IMAGES: registry.park.example/*
    S3_BUCKET: papers
    S3_ENDPOINT: https://s3.park.example
    HTTP_PROXY: http://proxy.park.example:3128
    HTTPS_PROXY: http://proxy.park.example:3128
    NO_PROXY: .park.example
  api: { OIDC_ISSUER: https://sso.park.example, OIDC_CLIENT_ID: speedspace, CONSOLE_DIRECTORY: /app/console, PROMETHEUS_URL: 'http://prometheus:9090', STREAM_HEARTBEAT: 0.5 }
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

/** The chart, and what Helm and kubectl render of it. */
export class RenderedChart {
  private constructor(
    readonly tools: DeployTools,
    /** A folder for files of the test. */
    readonly folder: string,
    readonly byDefault: readonly Manifest[],
    /** With values that set every variable. */
    readonly everything: readonly Manifest[],
  ) {}

  static async render(): Promise<RenderedChart> {
    const tools = await deployTools();
    const folder = await mkdtemp(path.join(tmpdir(), 'speedspace-deploy-'));
    const values = valuesIn(folder);
    await writeFile(values, EVERYTHING);
    return new RenderedChart(tools, folder, await template(tools), await template(tools, '--values', values));
  }

  /** The file of the values that set every variable. */
  get values(): string {
    return valuesIn(this.folder);
  }

  /** What the chart makes with further words for Helm. */
  async template(...words: string[]): Promise<Manifest[]> {
    return await template(this.tools, ...words);
  }

  /** What kustomize makes of the example of an overlay. */
  async kustomized(): Promise<Manifest[]> {
    return await rendered(this.tools.kubectl, ['kustomize', OVERLAY]);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

function valuesIn(folder: string): string {
  return path.join(folder, 'everything.yaml');
}

async function template(tools: DeployTools, ...words: string[]): Promise<Manifest[]> {
  return await rendered(tools.helm, ['template', 'speedspace', CHART, '--namespace', 'speedspace', ...words]);
}

async function rendered(program: string, words: readonly string[]): Promise<Manifest[]> {
  const { code, out, err } = await run(program, words);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return manifestsIn(out);
}
