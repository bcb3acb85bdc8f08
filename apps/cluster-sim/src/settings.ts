import { z } from 'zod';
import { port } from '#kernel';

/** The variables that the simulated cluster reads as a process of its own. */
export const environment = z.object({
  SIM_PORT: port
    .default(0)
    .meta({ description: 'port of the simulated cluster; 0 takes a free one, and so does standalone where it is in use' }),
  SIM_KUBECONFIG: z.string().default('kubeconfig.sim.yaml').meta({ description: 'file to which the kubeconfig is written' }),
  SIM_SPEED: z.coerce.number().positive().default(1).meta({ description: 'how many times as fast as real time the simulated time runs' }),
  SIM_NODES_FILE: z.string().optional().meta({
    description: 'node list of a trace (`sn,cpu_milli,memory_mib,gpu,model`) instead of the built-in nodes',
  }),
  SIM_CLOCK_ORIGIN: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'simulated time at `SIM_CLOCK_STARTED_AT`, so that other processes can share the clock', shownDefault: 'now' }),
  SIM_CLOCK_STARTED_AT: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'real time at which the simulated clock started', shownDefault: 'now' }),
  SIM_SEED: z.string().optional().meta({
    description: 'seed of everything random but UIDs, which no two starts share',
    shownDefault: '`speedspace`',
  }),
  SIM_MEMORY: z.string().optional().meta({
    description: 'file that remembers how far time and resource versions came, so that a later start does not go back',
  }),
});
