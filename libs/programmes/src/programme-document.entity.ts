import { Column, ViewEntity } from 'typeorm';

/** A document in which a funder gave a programme money or GPU time: what companies may read of an appropriation. */
@ViewEntity({ name: 'programme_document', synchronize: false })
export class ProgrammeDocumentEntity {
  @Column('text')
  programmeId!: string;

  /** As the funder numbers it, such as 徐财〔2026〕7号. */
  @Column('text')
  reference!: string;

  @Column('timestamptz')
  at!: Date;
}
