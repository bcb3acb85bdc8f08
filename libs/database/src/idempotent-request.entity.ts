import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The answer of a creating request, for its repetition with the same `Idempotency-Key`. */
@Entity('idempotent_request')
export class IdempotentRequestEntity {
  /** Id of the user. */
  @PrimaryColumn('text')
  caller!: string;

  /** Method and path pattern. */
  @PrimaryColumn('text')
  route!: string;

  @PrimaryColumn('text')
  key!: string;

  /** Of its body: SHA-256, or HMAC-SHA-256 where the body contains secrets. */
  @Column('bytea')
  requestHash!: Buffer;

  @Column('timestamptz')
  startedAt!: Date;

  /** HTTP status of the answer. */
  @Column('integer')
  status!: number;

  @Column('text')
  body!: string;
}
