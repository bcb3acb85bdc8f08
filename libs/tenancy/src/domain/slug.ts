import { DomainError } from '#kernel';

/** A DNS label that is short enough for the prefix `mss-` of a namespace. */
const SLUG = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

export function parseSlug(text: string): string {
  if (SLUG.test(text)) return text;
  throw new DomainError('company.slug-malformed', {
    field: '/slug',
    detail: `"${text}" cannot name a namespace: up to 40 lower-case letters, digits and hyphens, beginning and ending without a hyphen.`,
    remedy: 'Choose a name such as jiding-ai, or leave it out.',
  });
}
