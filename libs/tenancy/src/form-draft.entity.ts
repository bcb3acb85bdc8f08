import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** What a person has typed into a form, for one company or for the park, and not sent yet. */
@Entity('form_draft')
@Unique(['userId', 'companyId', 'form'])
@Index('form_draft_age', ['updatedAt'])
export class FormDraftEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  userId!: string;

  /** The company that the person acts for; null: the park. */
  @Column('text', { nullable: true })
  companyId!: string | null;

  @Column('text')
  form!: string;

  /** JSON. */
  @Column('text')
  content!: string;

  @Column('timestamptz')
  updatedAt!: Date;
}
