import { z } from 'zod';

/** The variable that names the Prometheus which scrapes the DCGM exporter. */
export const prometheusEnvironment = {
  PROMETHEUS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      description: 'address of the Prometheus that scrapes the DCGM exporter, for the GPU utilisation and memory of jobs',
      shownDefault: 'none: jobs show no utilisation',
    }),
};

/** Where a Prometheus is. */
export interface PrometheusSettings {
  readonly url: string;
}

/** The Prometheus that the variables name; undefined where they name none. */
export function prometheusSettingsOf(given: z.output<z.ZodObject<typeof prometheusEnvironment>>): PrometheusSettings | undefined {
  return given.PROMETHEUS_URL === undefined ? undefined : { url: given.PROMETHEUS_URL };
}
