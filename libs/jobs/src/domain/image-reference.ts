/**
 * The grammar of `github.com/distribution/reference`, by which every container runtime reads an image:
 *
 *     reference := name [":" tag] ["@" digest]        name := [domain "/"] path-component ("/" path-component)*
 */
const DOMAIN_COMPONENT = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const HOST = `(?:${DOMAIN_COMPONENT}(?:\\.${DOMAIN_COMPONENT})*|\\[[a-fA-F0-9:]+\\])`;
const DOMAIN = new RegExp(`^${HOST}(?::[0-9]{1,5})?$`);
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
/** The algorithms that the OCI image specification registers. */
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
/** 64 hex digits alone are the id of an image, which no registry serves. */
const IMAGE_ID = /^[0-9a-f]{64}$/;
const LONGEST_NAME = 255;
const LONGEST = LONGEST_NAME + 1 + 128 + 1 + 'sha512:'.length + 128;

/** What is wrong with an image reference, as part of a sentence; undefined when a container runtime could read it. */
export function faultOfImage(reference: string): string | undefined {
  if (reference.length > LONGEST) return `it is longer than ${LONGEST} characters`;
  if (reference.includes('://')) return 'it is an address with a scheme, not a reference';
  const [named = '', digest, ...more] = reference.split('@');
  if (more.length > 0) return 'it has more than one "@"';
  if (digest !== undefined && !DIGEST.test(digest)) return 'what follows "@" is not a digest such as sha256: and 64 hex digits';
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) return `"${tag.slice(0, 40)}" is not a tag`;
  return faultOfName(colon < 0 ? named : named.slice(0, colon));
}

function faultOfName(name: string): string | undefined {
  if (name.length > LONGEST_NAME) return `its name is longer than ${LONGEST_NAME} characters`;
  if (IMAGE_ID.test(name)) return 'it is the id of an image, not its name';
  const parts = name.split('/');
  const [first = ''] = parts;
  const hasDomain = parts.length > 1 && isDomain(first);
  if (hasDomain && !DOMAIN.test(first)) return `"${first.slice(0, 40)}" is not a registry's host and port`;
  const wrong = (hasDomain ? parts.slice(1) : parts).find((part) => !PATH_COMPONENT.test(part));
  if (wrong === undefined) return undefined;
  return wrong === '' ? 'a part of its name is empty' : `"${wrong.slice(0, 40)}" is not a part of a repository's name`;
}

/** Whether the first part of a name is a registry. Container runtimes also accept upper case as a sign of one; here it is a mistake. */
function isDomain(part: string): boolean {
  return part.includes('.') || part.includes(':') || part === 'localhost';
}
