import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The bytes of one object that is kept in PostgreSQL. */
@Entity('attachment_content')
export class AttachmentContentEntity {
  @PrimaryColumn('text')
  attachmentId!: string;

  @Column('bytea')
  content!: Buffer;
}
