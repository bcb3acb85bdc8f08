/** RFC 6750: the scheme, one space, one token of these characters, and nothing else. */
const BEARER = /^Bearer ([\w.~+/-]+=*)$/i;

/** The token of an Authorization header; undefined for a header in any other form. */
export function bearerToken(header: string | undefined): string | undefined {
  return BEARER.exec(header ?? '')?.[1];
}
