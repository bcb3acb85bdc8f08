import { type Api, answerOf } from './api-client.ts';
import { UsageError } from './failures.ts';

/** The company that is asked about: the one named, else the one acted for. */
export async function companyMeant(api: Api, named: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  const { companyId } = answerOf(await api.GET('/api/v1/me'));
  if (companyId === undefined) throw new UsageError('You act for no company.', 'Name one with --company.');
  return companyId;
}
