import { faultOfVariable } from '#catalog';
import { DomainError, jsonPointer } from '#kernel';

/** `registry`: credentials of an image registry; `environment`: variables of a job; `files`: files that a job's pods mount. */
export const SECRET_KINDS = ['registry', 'environment', 'files'] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];

/** The values of a secret, as they are written. */
export type SecretContent =
  | { readonly kind: 'registry'; readonly server: string; readonly username: string; readonly password: string }
  | { readonly kind: 'environment'; readonly values: Readonly<Record<string, string>> }
  /** The bytes of each file, in Base64. */
  | { readonly kind: 'files'; readonly files: Readonly<Record<string, string>> };

/** The data of a Kubernetes Secret: its keys, with their bytes in Base64. */
export type SecretData = Readonly<Record<string, string>>;

/** A DNS label, short enough for the name of its Kubernetes Secret. */
export const SECRET_NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
export const MOST_KEYS = 100;
/** UTF-8 bytes of one value. Linux takes no longer variable than 128 KiB, and Kubernetes no Secret of more than 1 MiB. */
const MOST_VALUE_BYTES = 32 * 1024;
const MOST_BYTES = 256 * 1024;

const DOCKER_CONFIG = '.dockerconfigjson';
const SERVER = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(:\d{1,5})?$/;
const FILE_NAME = /^[A-Za-z0-9._-]{1,200}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * What its owner may read of a secret later: the variables, the files, or the registry.
 */
export function keysOf(content: SecretContent): string[] {
  if (content.kind === 'registry') return [content.server];
  return Object.keys(content.kind === 'environment' ? content.values : content.files).sort();
}

/** The data of the Kubernetes Secret with this content. */
export function dataOf(content: SecretContent): SecretData {
  if (content.kind === 'files') return content.files;
  if (content.kind === 'environment') {
    return Object.fromEntries(Object.entries(content.values).map(([name, value]) => [name, base64(value)]));
  }
  const { server, username, password } = content;
  const auths = { [server]: { username, password, auth: base64(`${username}:${password}`) } };
  return { [DOCKER_CONFIG]: base64(JSON.stringify({ auths })) };
}

/** @throws DomainError `secret.content-invalid` that names the field, and never the value */
export function requireUsable(content: SecretContent): void {
  if (content.kind === 'registry') requireRegistry(content);
  else if (content.kind === 'environment') requireVariables(content.values);
  else requireFiles(content.files);
}

function requireRegistry({ server, username, password }: SecretContent & { readonly kind: 'registry' }): void {
  if (!SERVER.test(server)) {
    throw invalid('/server', 'The server is not the host of a registry.', 'Write it without a scheme, like registry.example.com:5000.');
  }
  if (username.includes(':')) throw invalid('/username', 'A registry reads no user name with a colon.', 'Check the user name.');
  requireSize('/password', password);
}

function requireVariables(values: Readonly<Record<string, string>>): void {
  requireKeys('/values', values);
  for (const [name, value] of Object.entries(values)) {
    const field = jsonPointer(['values', name]);
    const fault = faultOfVariable(name);
    if (fault !== undefined)
      throw invalid(field, fault, 'Use a name of letters, digits and "_", and leave those of Speedspace and of devices.');
    if (value.includes('\0')) throw invalid(field, 'The value has a NUL character, which no variable can have.', 'Store it as a file.');
    requireSize(field, value);
  }
}

function requireFiles(files: Readonly<Record<string, string>>): void {
  requireKeys('/files', files);
  for (const [name, content] of Object.entries(files)) {
    const field = jsonPointer(['files', name]);
    if (!FILE_NAME.test(name) || name === '.' || name.startsWith('..')) {
      throw invalid(field, 'The file has a name that Kubernetes cannot mount.', 'Use letters, digits, ".", "_" and "-".');
    }
    if (!BASE64.test(content)) throw invalid(field, 'The content of the file is not Base64.', 'Encode it, as with base64 -w0 FILE.');
  }
}

function requireKeys(field: string, entries: Readonly<Record<string, string>>): void {
  const names = Object.keys(entries);
  if (names.length === 0) throw invalid(field, 'The secret has no value.', 'Give at least one.');
  if (names.length > MOST_KEYS)
    throw invalid(field, `There are ${names.length} values; ${MOST_KEYS} are the most.`, 'Use several secrets.');
  const bytes = Object.entries(entries).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes > MOST_BYTES) {
    throw invalid(
      field,
      `The values have ${bytes} bytes together; ${MOST_BYTES} are the most.`,
      'Put data into a volume, and use several secrets.',
    );
  }
}

function requireSize(field: string, value: string): void {
  const bytes = Buffer.byteLength(value);
  if (bytes === 0) throw invalid(field, 'The value is empty.', 'Give the value, or leave the key out.');
  if (bytes > MOST_VALUE_BYTES)
    throw invalid(field, `The value has ${bytes} bytes; ${MOST_VALUE_BYTES} are the most.`, 'Store it as a file.');
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function invalid(field: string, detail: string, remedy: string): DomainError {
  return new DomainError('secret.content-invalid', { field, detail, remedy });
}
