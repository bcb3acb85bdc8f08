import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, MoreThan, Not } from 'typeorm';
import type { Tx } from '#database';
import { Clock, DomainError, newId } from '#kernel';
import { FormDraftEntity } from './form-draft.entity.ts';

/** Most forms of which a person has a draft for one company. */
const MOST_DRAFTS = 20;
const MOST_BYTES = 65_536;
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;
const BATCH = 5_000;

/** Whose drafts: a person's, for a company or (null) for the park. */
export interface DraftOwner {
  readonly userId: string;
  readonly companyId: string | null;
}

export type DraftContent = Readonly<Record<string, unknown>>;

export interface FormDraft {
  readonly form: string;
  /** The fields of the form, as the form knows them. */
  readonly content: DraftContent;
  readonly updatedAt: Date;
  /** When it is deleted, unless it is saved again. */
  readonly expiresAt: Date;
}

/**
 * Drafts of forms. Nobody but their author reads or changes them, whatever their role is. They are no records: nothing is decided by them,
 * and they are deleted when the form is sent or 30 days after they were saved last.
 */
@Injectable()
export class FormDraftsService {
  constructor(private readonly clock: Clock) {}

  /** The latest first. */
  async list(tx: Tx, owner: DraftOwner): Promise<FormDraft[]> {
    const drafts = await tx.find(FormDraftEntity, { where: { ...of(owner), ...this.#kept() }, order: { updatedAt: 'DESC' } });
    return drafts.map(shown);
  }

  /** @throws DomainError `draft.unknown` */
  async get(tx: Tx, owner: DraftOwner, form: string): Promise<FormDraft> {
    const draft = await tx.findOne(FormDraftEntity, { where: { ...of(owner), form, ...this.#kept() } });
    if (draft === null) throw new DomainError('draft.unknown', { detail: `You have no draft of the form "${form}".`, kind: 'not-found' });
    return shown(draft);
  }

  /** Replaces the draft of the form. @throws DomainError `draft.too-large`, `draft.too-many` */
  async save(tx: Tx, owner: DraftOwner, form: string, content: DraftContent): Promise<FormDraft> {
    const text = JSON.stringify(content);
    const bytes = Buffer.byteLength(text);
    if (bytes > MOST_BYTES) {
      throw new DomainError('draft.too-large', {
        field: '/content',
        detail: `The draft has ${bytes} bytes, and may have ${MOST_BYTES}.`,
        remedy: 'Send the form, or keep the text in a file.',
      });
    }
    const others = await tx.count(FormDraftEntity, { where: { ...of(owner), form: Not(form), ...this.#kept() } });
    if (others >= MOST_DRAFTS) {
      throw new DomainError('draft.too-many', {
        detail: `You have drafts of ${others} other forms, and may have ${MOST_DRAFTS} in all.`,
        remedy: 'Delete a draft that you do not need.',
        kind: 'conflict',
      });
    }
    const draft = { id: newId('draft'), ...owner, form, content: text, updatedAt: this.clock.now() };
    await tx
      .createQueryBuilder()
      .insert()
      .into(FormDraftEntity)
      .values(draft)
      .orUpdate(['content', 'updated_at'], ['user_id', 'company_id', 'form'])
      .execute();
    return shown(draft);
  }

  /** Deletes the draft of the form; nothing happens where there is none. */
  async remove(tx: Tx, owner: DraftOwner, form: string): Promise<void> {
    await tx.delete(FormDraftEntity, { ...of(owner), form });
  }

  #kept() {
    return { updatedAt: MoreThan(expiredAt(this.clock.now())) };
  }
}

/** Deletes drafts that have expired at `now`, a bounded number at a time. Answers how many. */
export async function deleteExpiredDrafts(tx: Tx, now: Date): Promise<number> {
  const expired = await tx.find(FormDraftEntity, { select: { id: true }, where: { updatedAt: LessThan(expiredAt(now)) }, take: BATCH });
  if (expired.length > 0)
    await tx.delete(
      FormDraftEntity,
      expired.map(({ id }) => id),
    );
  return expired.length;
}

function expiredAt(now: Date): Date {
  return new Date(now.getTime() - KEPT_DAYS * DAY_MS);
}

function of({ userId, companyId }: DraftOwner) {
  return { userId, companyId: companyId ?? IsNull() };
}

function shown({ form, content, updatedAt }: Pick<FormDraftEntity, 'form' | 'content' | 'updatedAt'>): FormDraft {
  return { form, content: JSON.parse(content) as DraftContent, updatedAt, expiresAt: new Date(updatedAt.getTime() + KEPT_DAYS * DAY_MS) };
}
