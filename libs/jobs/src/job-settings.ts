import { z } from 'zod';
import { flag } from '#kernel';
import type { JobPolicy } from './domain/acceptance.ts';
import { DEFAULT_TOPOLOGY_LABELS, parseTopologyLabels, type TopologyLabels } from './domain/topology.ts';

/** Patterns of images, separated by commas. */
const patterns = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) =>
      text
        .split(',')
        .map((pattern) => pattern.trim())
        .filter((pattern) => pattern !== ''),
    );

/** The variables about jobs; the same for every process that accepts or starts them. */
export const jobEnvironment = {
  ALLOWED_IMAGES: patterns('*').meta({ description: 'patterns of images that jobs may use, separated by commas; `*` matches any text' }),
  PINNED_IMAGES: patterns('').meta({
    description: 'patterns of images that a job must name by their digest; `*`: all; empty: none',
    shownDefault: 'none',
  }),
  ALWAYS_PULLED_IMAGES: patterns('').meta({
    description:
      'patterns of images that each pod asks the registry for, as those with pull secrets always are; `*`: all; empty: no others',
    shownDefault: 'none',
  }),
  TOPOLOGY_LABELS: z
    .string()
    .default(DEFAULT_TOPOLOGY_LABELS)
    .transform((text, context) => {
      try {
        return parseTopologyLabels(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
        return z.NEVER;
      }
    })
    .meta({
      description:
        'by which node labels nodes are grouped, as `key=label` separated by commas; a job may ask for one domain of a key; empty: by none',
    }),
  SIMULATED_CLUSTER: flag(false).meta({
    description: 'whether the cluster is `apps/cluster-sim`, where job files may direct pods by annotations of `sim.speedspace.io/`',
  }),
};

/** What a deployment decides about jobs; the app provides one. */
export class JobSettings implements JobPolicy {
  readonly allowedImages: readonly string[];
  readonly pinnedImages: readonly string[];
  readonly alwaysPulledImages: readonly string[];
  readonly cpuMillisPerGpu: number;
  readonly memoryBytesPerGpu: number;
  readonly simulatedCluster: boolean;
  readonly topologyLabels: TopologyLabels;

  /** The settings that the variables name. */
  static of(given: z.output<z.ZodObject<typeof jobEnvironment>>): JobSettings {
    return new JobSettings({
      ...{ allowedImages: given.ALLOWED_IMAGES, simulatedCluster: given.SIMULATED_CLUSTER, topologyLabels: given.TOPOLOGY_LABELS },
      ...{ pinnedImages: given.PINNED_IMAGES, alwaysPulledImages: given.ALWAYS_PULLED_IMAGES },
    });
  }

  constructor(given: Partial<JobPolicy> = {}) {
    this.allowedImages = given.allowedImages ?? ['*'];
    this.pinnedImages = given.pinnedImages ?? [];
    this.alwaysPulledImages = given.alwaysPulledImages ?? [];
    this.cpuMillisPerGpu = given.cpuMillisPerGpu ?? 4_000;
    this.memoryBytesPerGpu = given.memoryBytesPerGpu ?? 32 * 2 ** 30;
    this.simulatedCluster = given.simulatedCluster ?? false;
    this.topologyLabels = given.topologyLabels ?? parseTopologyLabels(DEFAULT_TOPOLOGY_LABELS);
  }
}
