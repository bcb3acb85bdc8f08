/**
 * Loads test files by Node.js itself, so that all test files of a worker share the modules that they import.
 *
 * Jest's own runtime gives each test file a registry of modules, in a context of V8 of its own. A test of the API needs 4,000 modules, and
 * Jest reads, compiles, links and runs them again for each file, and V8 optimizes their functions again: more work than the tests are. A
 * worker shares modules as the processes of the product do. Test files themselves, the globals of Jest and the variables of the environment
 * are new for each file.
 *
 * Named by `runtime` in `jest.config.js`. Mocks of modules do not exist here: nothing in this project needs them.
 */
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as exported from 'jest-runtime';

type JestRuntime = typeof exported.default.default;
type Given = ConstructorParameters<JestRuntime>;

/** The types describe the file for CommonJS, and an import gets the file for ES modules, whose default export is the class itself. */
const Runtime = exported.default as unknown as JestRuntime;
const require = createRequire(import.meta.url);

/** What Node.js understands, so that the transformer leaves it as it is. */
const UNDERSTOOD = {
  supportsDynamicImport: true,
  supportsExportNamespaceFrom: true,
  supportsStaticESM: true,
  supportsTopLevelAwait: true,
};

/** Makes JavaScript of a source, as the present test file's project says. */
let compile: ((file: string) => string) | undefined;
/** Where the source map of each compiled file is. */
const sourceMaps = new Map<string, string>();
let loads = 0;
/** The query of the URLs of our sources. In watch mode it changes with each test file, so that each is tested with the sources of now. */
let version = '';

function isOurs(url: string): boolean {
  return /^file:(?!.*\/node_modules\/).*\.ts(\?|$)/.test(url);
}

function loadThroughJest(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      return isOurs(resolved.url) && !resolved.url.includes('?') ? { ...resolved, url: `${resolved.url}${version}` } : resolved;
    },
    load(url, context, next) {
      if (compile === undefined || !isOurs(url)) return next(url, context);
      return { format: 'module', source: compile(fileURLToPath(url)), shortCircuit: true };
    },
  });
}

class SharedRuntime extends Runtime {
  readonly #environment: Given[1];
  readonly #env = process.env;
  readonly #variables = { ...process.env };
  readonly #console = globalThis.console;

  constructor(...given: Given) {
    super(...given);
    const [, environment, , transformer, , coverage, , globalConfig] = given;
    this.#environment = environment;
    if (compile === undefined) loadThroughJest();
    compile = (file) => {
      const { code, sourceMapPath } = transformer.transform(file, { ...coverage, ...UNDERSTOOD, isInternalModule: false });
      if (sourceMapPath !== null) sourceMaps.set(file, sourceMapPath);
      return code;
    };
    if (globalConfig.watch || globalConfig.watchAll) version = `?version=${(loads += 1)}`;
  }

  override unstable_shouldLoadAsEsm(): boolean {
    return true;
  }

  override async unstable_importModule(file: string): Promise<void> {
    globalThis.console = this.#environment.global.console;
    await import(`${pathToFileURL(file).href}?load=${(loads += 1)}`);
  }

  /** Jest's test framework, with a new state: it runs beside the tests, so that both have the same classes of errors and arrays. */
  override requireInternalModule<T>(from: string, to?: string): T {
    if (to !== undefined) return super.requireInternalModule(from, to);
    Reflect.deleteProperty(require.cache, from);
    return require(from) as T;
  }

  override setGlobalsForRuntime(globals: Parameters<InstanceType<JestRuntime>['setGlobalsForRuntime']>[0]): void {
    Object.assign(globalThis, globals);
  }

  /** Jest asks by the names in stack traces, which are URLs here. */
  override getSourceMaps(): Map<string, string> {
    const maps = new Map(sourceMaps);
    maps.get = (source) => sourceMaps.get(source.startsWith('file:') ? fileURLToPath(source) : source);
    return maps;
  }

  override teardown(): void {
    super.teardown();
    globalThis.console = this.#console;
    // Shared modules may hold the object itself, so a test file that replaced it has not undone what it had changed in it.
    process.env = this.#env;
    for (const name of Object.keys(process.env)) if (!(name in this.#variables)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, this.#variables);
  }
}

// Jest requires it as a CommonJS module.
export { SharedRuntime as 'module.exports' };
