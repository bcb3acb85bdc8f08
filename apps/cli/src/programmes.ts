import { type Unit } from './amounts.ts';
import { type Api, answerOf } from './api-client.ts';
import type { components } from '#api-client';
import { UsageError } from './failures.ts';
import { firstOf } from './pages.ts';

export type Programme = components['schemas']['Programme'];

const ALL = 100_000;

/** All programmes that the person may read, by id. */
export async function programmesById(api: Api): Promise<Map<string, Programme>> {
  const programmes = await firstOf(ALL, (query) => api.GET('/api/v1/programmes', { params: { query } }));
  return new Map(programmes.map((programme) => [programme.id, programme]));
}

/** The programme with this id or code. */
export async function programmeMeant(api: Api, idOrCode: string): Promise<Programme> {
  if (idOrCode.startsWith('programme_')) {
    return answerOf(await api.GET('/api/v1/programmes/{id}', { params: { path: { id: idOrCode } } }));
  }
  const found = [...(await programmesById(api)).values()].find(({ code }) => code === idOrCode);
  if (found === undefined) throw new UsageError(`There is no programme ${idOrCode}.`, 'mss programme ls shows them.');
  return found;
}

/** The unit of a programme. */
export async function unitOf(api: Api, programmeId: string): Promise<Unit> {
  return (await programmeMeant(api, programmeId)).unit;
}
