import type { JobFault } from './job-faults.ts';

/** Directories of a container that the runtime, the devices or Speedspace itself need. */
const RESERVED = ['/proc', '/sys', '/dev', '/etc', '/bin', '/sbin', '/lib', '/lib64', '/usr', '/var/run/secrets', '/run/secrets'];
/** Directories that every pod can write to already. */
const WRITABLE = ['/tmp', '/home/user'];
const LONGEST = 255;

/** What is wrong with the directory that something is mounted at, as a sentence; undefined where it may be. */
export function faultOfMountPath(path: string): string | undefined {
  if (path.length > LONGEST) return `The path has more than ${LONGEST} characters.`;
  if (!path.startsWith('/')) return 'The path is not absolute: it begins with "/".';
  if (!/^[\w./@+ -]+$/.test(path)) return 'The path has a character that is neither a letter, a digit nor one of "/ . _ - @ +".';
  if (path === '/') return 'Nothing can be mounted at "/": the image is there.';
  const parts = path.replace(/\/$/, '').split('/').slice(1);
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'The path has an empty part, "." or "..".';
  if (WRITABLE.includes(withoutSlash(path))) return `Every pod has a directory of its own at ${withoutSlash(path)}: mount below it.`;
  const reserved = RESERVED.find((each) => isWithin(path, each));
  return reserved === undefined ? undefined : `Nothing can be mounted at ${path}: ${reserved} belongs to the system of the container.`;
}

/** `path` without a slash at its end, for comparisons. */
function withoutSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}

function isWithin(path: string, directory: string): boolean {
  const plain = withoutSlash(path);
  return plain === directory || plain.startsWith(`${directory}/`);
}

/** Something that a job mounts, and the field of its file that says where. */
export interface Mount {
  readonly mountPath: string;
  /** JSON pointer. */
  readonly field: string;
}

/** What is wrong with the directories of a job's mounts together: no two things are mounted at one place. */
export function faultsOfMounts(mounts: readonly Mount[]): JobFault[] {
  const first = new Map<string, string>();
  return mounts.flatMap(({ mountPath, field }) => {
    const path = withoutSlash(mountPath);
    const taken = first.get(path);
    if (taken === undefined) first.set(path, field);
    if (taken === undefined) return [];
    return [{ field, detail: `${taken} is mounted at ${path} already.`, remedy: 'Give each its own directory.' }];
  });
}
