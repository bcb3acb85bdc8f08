import pMap from 'p-map';
import { ContractEnvironment, type ContractOptions } from './contract-environment.ts';
import { faultFeatures } from './fault-features.ts';
import type { Feature } from './feature.ts';
import { jobFeatures } from './job-features.ts';
import { watchingFeatures } from './watching-features.ts';
import type { ContractReport, FeatureReport } from './report.ts';
import { secretFeatures } from './secret-features.ts';
import { spaceFeatures } from './space-features.ts';

/** Features that do not disturb each other run side by side. */
const AT_ONCE = 6;

export const FEATURES: readonly Feature[] = [...spaceFeatures, ...jobFeatures, ...secretFeatures, ...watchingFeatures, ...faultFeatures];

/**
 * Tries every feature on the cluster, and removes whatever it made.
 * @param onMade gets the environment before anything is made, so that an interrupted run can clean up
 * @throws Error with a sentence where the cluster cannot be used
 */
export async function runContract(
  options: ContractOptions,
  features: readonly Feature[] = FEATURES,
  onMade: (environment: ContractEnvironment) => void = () => undefined,
): Promise<ContractReport> {
  const environment = await ContractEnvironment.start(options, onMade);
  const { version, simulator } = environment;
  const reports = new Map<Feature, FeatureReport>();
  const failures: string[] = [];
  try {
    const isApart = ({ provokedBy }: Feature): boolean => provokedBy !== undefined;
    const attempt = async (feature: Feature): Promise<void> => void reports.set(feature, await reportOf(feature, environment));
    await pMap(
      features.filter((feature) => !isApart(feature)),
      attempt,
      { concurrency: AT_ONCE },
    );
    for (const feature of features.filter(isApart)) await attempt(feature);
  } finally {
    failures.push(...(await environment.cleanUp.run()));
  }
  return {
    kubernetes: version,
    simulated: simulator !== undefined,
    features: features.flatMap((feature) => reports.get(feature) ?? []),
    leftovers: [...failures, ...(await environment.leftovers())],
  };
}

async function reportOf(feature: Feature, environment: ContractEnvironment): Promise<FeatureReport> {
  const { name, provokedBy } = feature;
  if (provokedBy !== undefined && environment.simulator === undefined) {
    return { feature: name, verdict: 'not tried', seconds: 0, observation: `needs access to a node or to the network: ${provokedBy}` };
  }
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1_000;
  try {
    const observation = await feature.run(environment);
    return { feature: name, verdict: 'passed', seconds: seconds(), observation };
  } catch (error) {
    return { feature: name, verdict: 'failed', seconds: seconds(), observation: error instanceof Error ? error.message : String(error) };
  }
}
