import { Column, ViewEntity } from 'typeorm';
import type { KeptResolution } from './utilisation.entity.ts';

/** How many samples a row of the utilisation has: all that a company may read of rows that are not its own. */
@ViewEntity({ name: 'utilisation_samples', synchronize: false })
export class UtilisationSamplesEntity {
  @Column('text')
  resolution!: KeptResolution;

  @Column('timestamptz')
  at!: Date;

  @Column('text')
  gpuClass!: string;

  @Column('integer')
  samples!: number;
}
