import { LessThan, MoreThanOrEqual } from 'typeorm';
import type { Tx } from '#database';
import { type Instant, toDate } from '#kernel';
import { ProgrammeDocumentEntity } from './programme-document.entity.ts';
import { ProgrammeFormerNameEntity } from './programme-former-name.entity.ts';
import { ProgrammeEntity } from './programme.entity.ts';

/** What people call a programme in a period. */
export interface ProgrammeNames {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly funder: string;
  /** Names that it had in the period and has no more; the last one first. */
  readonly formerNames: readonly string[];
  /** References of the documents in which its funder gave money or GPU time before the end of the period; the first one first. */
  readonly documents: readonly string[];
}

/** The names of all programmes in a period, by id. */
export async function programmeNames(tx: Tx, { from, until }: { from: Instant; until: Instant }): Promise<Map<string, ProgrammeNames>> {
  const programmes = await tx.find(ProgrammeEntity, { select: { id: true, code: true, name: true, funder: true }, order: { code: 'ASC' } });
  const former = await tx.find(ProgrammeFormerNameEntity, {
    where: { until: MoreThanOrEqual(toDate(from)) },
    order: { until: 'DESC', id: 'DESC' },
  });
  const documents = await tx.find(ProgrammeDocumentEntity, {
    where: { at: LessThan(toDate(until)) },
    order: { at: 'ASC', reference: 'ASC' },
  });
  const [formerOf, documentsOf] = [Map.groupBy(former, ofProgramme), Map.groupBy(documents, ofProgramme)];
  return new Map(
    programmes.map(({ id, code, name, funder }) => [
      id,
      {
        ...{ id, code, name, funder },
        formerNames: (formerOf.get(id) ?? []).map((one) => one.name),
        documents: [...new Set((documentsOf.get(id) ?? []).map(({ reference }) => reference))],
      },
    ]),
  );
}

function ofProgramme({ programmeId }: { readonly programmeId: string }): string {
  return programmeId;
}
