import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { fileTypeFromBuffer } from 'file-type';
import { type Actor, AuditService, whoActed } from '#audit';
import type { Tx } from '#database';
import { DomainError, type Instant, newId, toDate } from '#kernel';

import { ObjectStore } from '#storage';
import { requireAcceptable, requireKind, safeFileName } from './domain/attachment.ts';

export interface Attachment {
  readonly id: string;
  readonly applicationId: string;
  /** Which paper it is, such as `business-licence`; `other` for what nobody asked for. */
  readonly kind: string;
  readonly fileName: string;
  /** As found in the content, whatever the uploader said. */
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly actor: Actor;
  readonly addedAt: Date;
}

export interface NewAttachment {
  readonly kind: string;
  readonly fileName: string;
  readonly content: Buffer;
}

const MOST_PER_APPLICATION = 20;
/** Bytes that a company's attachments may take, those that were removed and not yet deleted among them. */
const MOST_BYTES_PER_COMPANY = 2n * 1024n ** 3n;

const COLUMNS = `id, application_id AS "applicationId", kind, file_name AS "fileName", media_type AS "mediaType", size_bytes AS "sizeBytes",
  encode(sha256, 'hex') AS sha256, actor, added_at AS "addedAt"`;

/** Papers of an application. Content is looked into, never believed; it is kept as it came and never executed. */
@Injectable()
export class AttachmentsService {
  constructor(
    private readonly store: ObjectStore,
    private readonly audit: AuditService,
  ) {}

  /**
   * Adds a paper to an application that its author may still change.
   * @throws DomainError `attachment.type`, `attachment.size`, `attachment.kind`, `attachment.too-many`, `attachment.storage-full`,
   * `application.status`, `application.unknown`
   */
  async add(tx: Tx, actor: Actor, tenantId: string, applicationId: string, input: NewAttachment, at: Instant): Promise<Attachment> {
    requireKind(input.kind);
    const mediaType = requireAcceptable(input.content.length, (await fileTypeFromBuffer(input.content))?.mime);
    await this.#requireChangeable(tx, applicationId, tenantId);
    if ((await this.list(tx, applicationId)).length >= MOST_PER_APPLICATION) {
      throw new DomainError('attachment.too-many', {
        detail: `An application carries at most ${MOST_PER_APPLICATION} attachments.`,
        remedy: 'Remove one, or join several into one PDF.',
        kind: 'conflict',
      });
    }
    await this.#requireStorage(tx, tenantId, input.content.length);
    const rows = await tx.query<Attachment[]>(
      `INSERT INTO application_attachment (id, application_id, kind, file_name, media_type, size_bytes, sha256, actor, added_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${COLUMNS}`,
      [
        ...[newId('attachment'), applicationId, input.kind, safeFileName(input.fileName), mediaType, input.content.length],
        ...[digestOf(input.content), JSON.stringify(whoActed(actor)), toDate(at)],
      ],
    );
    const [attachment] = rows as [Attachment];
    await this.store.put(tx, attachment.id, input.content);
    await this.#record(tx, actor, 'attachment.added', attachment, tenantId);
    return attachment;
  }

  /** Takes a paper off an application that its author may still change; what was submitted before keeps its record. */
  async remove(tx: Tx, actor: Actor, tenantId: string, applicationId: string, id: string, at: Instant): Promise<void> {
    await this.#requireChangeable(tx, applicationId, tenantId);
    const attachment = await this.#find(tx, applicationId, id);
    await tx.query('UPDATE application_attachment SET removed_at = $2 WHERE id = $1', [id, toDate(at)]);
    await this.#record(tx, actor, 'attachment.removed', attachment, tenantId);
  }

  /** Takes all papers off a draft that is withdrawn and that nobody but its author has seen. */
  async removeAll(tx: Tx, applicationId: string, at: Instant): Promise<void> {
    await tx.query('UPDATE application_attachment SET removed_at = $2 WHERE application_id = $1 AND removed_at IS NULL', [
      applicationId,
      toDate(at),
    ]);
  }

  /** In the order in which they were added. */
  async list(tx: Tx, applicationId: string): Promise<Attachment[]> {
    return await tx.query<Attachment[]>(
      `SELECT ${COLUMNS} FROM application_attachment WHERE application_id = $1 AND removed_at IS NULL ORDER BY id`,
      [applicationId],
    );
  }

  /** Which papers an application carries. */
  async kinds(tx: Tx, applicationId: string): Promise<string[]> {
    return [...new Set((await this.list(tx, applicationId)).map(({ kind }) => kind))];
  }

  /** @throws DomainError `attachment.unknown`, `attachment.altered` */
  async content(tx: Tx, applicationId: string, id: string): Promise<{ attachment: Attachment; content: Buffer }> {
    const attachment = await this.#find(tx, applicationId, id);
    const content = await this.store.get(tx, id);
    if (digestOf(content).toString('hex') === attachment.sha256) return { attachment, content };
    throw new DomainError('attachment.altered', {
      detail: `The content of ${attachment.fileName} is not what was attached: its SHA-256 differs.`,
      remedy: 'Ask the operator to restore it from a backup.',
      kind: 'conflict',
    });
  }

  /** Deletes the bytes of attachments that were removed, at most `limit` of them; their records stay. Answers how many. */
  async deleteRemoved(tx: Tx, limit: number, at: Instant): Promise<number> {
    const removed = await tx.query<{ id: string }[]>(
      `SELECT id FROM application_attachment WHERE removed_at IS NOT NULL AND discarded_at IS NULL ORDER BY removed_at, id LIMIT $1`,
      [limit],
    );
    for (const { id } of removed) await this.store.delete(tx, id);
    await tx.query('UPDATE application_attachment SET discarded_at = greatest(removed_at, $2) WHERE id = ANY($1)', [
      removed.map(({ id }) => id),
      toDate(at),
    ]);
    return removed.length;
  }

  async #requireStorage(tx: Tx, tenantId: string, bytes: number): Promise<void> {
    const [stored] = await tx.query<{ bytes: bigint }[]>(
      `SELECT coalesce(sum(size_bytes), 0)::bigint AS bytes FROM application_attachment
         JOIN application ON application.id = application_id WHERE tenant_id = $1 AND discarded_at IS NULL`,
      [tenantId],
    );
    if ((stored?.bytes ?? 0n) + BigInt(bytes) <= MOST_BYTES_PER_COMPANY) return;
    throw new DomainError('attachment.storage-full', {
      detail: `The attachments of a company take at most ${MOST_BYTES_PER_COMPANY / 1024n ** 3n} GiB in all.`,
      remedy: 'Remove attachments of drafts that are no longer needed; what was removed is deleted within the hour.',
      kind: 'conflict',
    });
  }

  async #find(tx: Tx, applicationId: string, id: string): Promise<Attachment> {
    const [attachment] = await tx.query<Attachment[]>(
      `SELECT ${COLUMNS} FROM application_attachment WHERE application_id = $1 AND id = $2 AND removed_at IS NULL`,
      [applicationId, id],
    );
    if (attachment !== undefined) return attachment;
    throw new DomainError('attachment.unknown', { detail: `There is no attachment ${id}.`, kind: 'not-found' });
  }

  /** Locked, so that nothing is slipped in while the application is being submitted. */
  async #requireChangeable(tx: Tx, applicationId: string, tenantId: string): Promise<void> {
    const [application] = await tx.query<{ status: string }[]>(
      `SELECT status FROM application WHERE id = $1 AND tenant_id = $2 FOR NO KEY UPDATE`,
      [applicationId, tenantId],
    );
    if (application === undefined) {
      throw new DomainError('application.unknown', { detail: `There is no application ${applicationId}.`, kind: 'not-found' });
    }
    if (application.status === 'draft' || application.status === 'returned') return;
    throw new DomainError('application.status', {
      detail: `The attachments of an application that is ${application.status} do not change.`,
      remedy: 'Ask the reviewer to return it, or withdraw it.',
      kind: 'conflict',
    });
  }

  async #record(tx: Tx, actor: Actor, action: string, attachment: Attachment, tenantId: string): Promise<void> {
    const { applicationId, id, kind, fileName, mediaType, sizeBytes, sha256 } = attachment;
    const after = { attachment: id, kind, fileName, mediaType, sizeBytes, sha256 };
    await this.audit.record(tx, { actor, action, objectType: 'application', objectId: applicationId, tenantId, after });
  }
}

function digestOf(content: Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}
