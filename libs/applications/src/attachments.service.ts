import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { fileTypeFromBuffer } from 'file-type';
import { IsNull } from 'typeorm';
import { type Actor, AuditService, whoActed } from '#audit';
import type { Tx } from '#database';
import { DomainError, type Instant, newId, toDate } from '#kernel';
import { ObjectStore } from '#storage';
import { ApplicationAttachmentEntity } from './application-attachment.entity.ts';
import { ApplicationEntity } from './application.entity.ts';
import { markDiscarded, removedAttachmentIds, storedBytes } from './attachment.queries.ts';
import { requireAcceptable, requireKind, safeFileName } from './domain/attachment.ts';

/** A file of an application. `sha256` is hexadecimal. */
export type Attachment = Readonly<Omit<ApplicationAttachmentEntity, 'sha256' | 'removedAt' | 'discardedAt'> & { sha256: string }>;

export interface NewAttachment {
  readonly kind: string;
  readonly fileName: string;
  readonly content: Buffer;
}

const MOST_PER_APPLICATION = 20;
/** Bytes that a company's attachments may take, those that were removed and not yet deleted among them. */
const MOST_BYTES_PER_COMPANY = 2n * 1024n ** 3n;

/** Attachments of applications. The media type is found in the content, whatever the uploader said; content is kept unchanged. */
@Injectable()
export class AttachmentsService {
  constructor(
    private readonly store: ObjectStore,
    private readonly audit: AuditService,
  ) {}

  /**
   * Adds an attachment to an application that its author may still change.
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
    const added = {
      ...{ id: newId('attachment'), applicationId, kind: input.kind, fileName: safeFileName(input.fileName), mediaType },
      ...{ sizeBytes: input.content.length, sha256: digestOf(input.content), actor: whoActed(actor), addedAt: toDate(at) },
      ...{ removedAt: null, discardedAt: null },
    };
    await tx.insert(ApplicationAttachmentEntity, added);
    const attachment = toAttachment(added);
    await this.store.put(tx, attachment.id, input.content);
    await this.#record(tx, actor, 'attachment.added', attachment, tenantId);
    return attachment;
  }

  /** Removes an attachment from an application that its author may still change. The records of earlier submissions stay. */
  async remove(tx: Tx, actor: Actor, tenantId: string, applicationId: string, id: string, at: Instant): Promise<void> {
    await this.#requireChangeable(tx, applicationId, tenantId);
    const attachment = await this.#find(tx, applicationId, id);
    await tx.update(ApplicationAttachmentEntity, { id }, { removedAt: toDate(at) });
    await this.#record(tx, actor, 'attachment.removed', attachment, tenantId);
  }

  /** Removes all attachments of a draft that is withdrawn and that was never submitted. */
  async removeAll(tx: Tx, applicationId: string, at: Instant): Promise<void> {
    await tx.update(ApplicationAttachmentEntity, { applicationId, removedAt: IsNull() }, { removedAt: toDate(at) });
  }

  /** In the order in which they were added. */
  async list(tx: Tx, applicationId: string): Promise<Attachment[]> {
    const rows = await tx.find(ApplicationAttachmentEntity, { where: { applicationId, removedAt: IsNull() }, order: { id: 'ASC' } });
    return rows.map(toAttachment);
  }

  /** The kinds of the attachments of an application. */
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
    const ids = await removedAttachmentIds(tx, limit);
    for (const id of ids) await this.store.delete(tx, id);
    await markDiscarded(tx, ids, toDate(at));
    return ids.length;
  }

  async #requireStorage(tx: Tx, tenantId: string, bytes: number): Promise<void> {
    if ((await storedBytes(tx, tenantId)) + BigInt(bytes) <= MOST_BYTES_PER_COMPANY) return;
    throw new DomainError('attachment.storage-full', {
      detail: `The attachments of a company take at most ${MOST_BYTES_PER_COMPANY / 1024n ** 3n} GiB in all.`,
      remedy: 'Remove attachments of drafts that are no longer needed; what was removed is deleted within the hour.',
      kind: 'conflict',
    });
  }

  async #find(tx: Tx, applicationId: string, id: string): Promise<Attachment> {
    const found = await tx.findOneBy(ApplicationAttachmentEntity, { applicationId, id, removedAt: IsNull() });
    if (found !== null) return toAttachment(found);
    throw new DomainError('attachment.unknown', { detail: `There is no attachment ${id}.`, kind: 'not-found' });
  }

  /** Locks the application, so that nobody adds an attachment while it is being submitted. */
  async #requireChangeable(tx: Tx, applicationId: string, tenantId: string): Promise<void> {
    const lock = { mode: 'for_no_key_update' } as const;
    const application = await tx.findOne(ApplicationEntity, { where: { id: applicationId, tenantId }, lock });
    if (application === null) {
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

function toAttachment({ sha256, removedAt: _, discardedAt: __, ...shown }: ApplicationAttachmentEntity): Attachment {
  return { ...shown, sha256: sha256.toString('hex') };
}

function digestOf(content: Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}
