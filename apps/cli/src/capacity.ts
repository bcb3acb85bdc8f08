import { type Api, answerOf } from './api-client.ts';
import { UsageError } from './failures.ts';

/** The id of the company with this id or slug. */
async function companyNamed(api: Api, idOrSlug: string): Promise<string> {
  if (idOrSlug.startsWith('company_')) return idOrSlug;
  const { items } = answerOf(await api.GET('/api/v1/companies', { params: { query: { search: idOrSlug, limit: 200 } } }));
  const found = items.find(({ slug }) => slug === idOrSlug);
  if (found === undefined) throw new UsageError(`There is no company ${idOrSlug}.`, 'mss company ls shows them.');
  return found.id;
}

/** The company of a question: the one with this id or slug, otherwise the company that the person acts for. */
export async function companyMeant(api: Api, named: string | undefined): Promise<string> {
  if (named !== undefined) return await companyNamed(api, named);
  const { companyId } = answerOf(await api.GET('/api/v1/me'));
  if (companyId === undefined) throw new UsageError('You act for no company.', 'Name one with --company.');
  return companyId;
}

/** The filter of a list for one company; empty when no company is named. */
export async function companyFilter(api: Api, named: string | undefined): Promise<{ readonly company?: string }> {
  return named === undefined ? {} : { company: await companyNamed(api, named) };
}
