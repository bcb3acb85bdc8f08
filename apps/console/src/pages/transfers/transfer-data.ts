import type { components } from '#api-client';
import { authorizedFetch } from '../../api/client.ts';

export type Transfer = components['schemas']['BankTransfer'];

/** Adds the bank's proof of a transfer. @throws the refusal of the API */
export async function addProof({ companyId, id }: Pick<Transfer, 'companyId' | 'id'>, file: File): Promise<void> {
  const path = `/api/v1/companies/${companyId}/transfers/${id}/proof?fileName=${encodeURIComponent(file.name)}`;
  const answer = await authorizedFetch(
    new Request(new URL(path, location.origin), { method: 'PUT', headers: { 'Content-Type': 'application/octet-stream' }, body: file }),
  );
  if (!answer.ok) throw (await answer.json()) as unknown;
}
