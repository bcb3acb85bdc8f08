import path from 'node:path';
import ts from 'typescript';

/** Where an error is thrown, with what it says there; what is known only when it is thrown appears as `…`. */
export interface ThrownError {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly remedy: string | undefined;
}

export interface ErrorCodes {
  readonly thrown: readonly ThrownError[];
  /** By operation id: the codes that its handler and all it calls can throw. */
  readonly operations: ReadonlyMap<string, readonly string[]>;
  /** By the part of a request that `SHARED` names: the codes that the API throws before a handler runs. */
  readonly shared: ReadonlyMap<string, readonly string[]>;
}

const STATUS: Readonly<Record<string, number>> = {
  ...{ invalid: 422, unauthenticated: 401, forbidden: 403, 'not-found': 404, conflict: 409, stale: 412, unavailable: 503 },
  ...{ 'too-many': 429, 'unknown-outcome': 504 },
};
const HTTP_STATUS: Readonly<Record<string, number>> = {
  ...{ UNPROCESSABLE_ENTITY: 422, FORBIDDEN: 403, CONFLICT: 409, TOO_MANY_REQUESTS: 429, PRECONDITION_REQUIRED: 428 },
  ...{ PRECONDITION_FAILED: 412, TOO_LARGE: 413, BAD_REQUEST: 400 },
};
const ROUTES = ['Get', 'Post', 'Put', 'Patch', 'Delete'];
const ERRORS = ['DomainError', 'HttpProblem', 'JobRefused'];
const LIMITED = ['LimitedSubmission', 'LimitedSignIn'];
/** What routes have in common, by the file of `apps/api/src/http` that holds it. */
const SHARED: Readonly<Record<string, string>> = {
  signedIn: 'access.guard.ts',
  input: 'input.pipe.ts',
  idempotency: 'idempotency.ts',
  version: 'versions.ts',
};

/** Reads the sources of the API and of all modules. Run it from the top level. */
export function errorCodesInSources(): ErrorCodes {
  const config = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file));
  const { fileNames, options } = ts.parseJsonConfigFileContent(config.config, ts.sys, process.cwd());
  const program = ts.createProgram({
    rootNames: fileNames.filter((file) => /\/(libs\/[^/]+|apps\/api)\/src\//.test(file) && !/spec\.ts$|\/testing\//.test(file)),
    options: { ...options, types: [], noEmit: true },
    host: hostOfOwnSources({ ...options, types: [], noEmit: true }),
  });
  return new Sources(program).read();
}

/** Finds our own modules only: no error code comes from the types of a package, and reading those would take most of the time. */
function hostOfOwnSources(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, containingFile, _redirected, _options, sourceFile) =>
    literals.map((literal) =>
      /^[.#]/.test(literal.text)
        ? ts.resolveModuleName(literal.text, containingFile, options, host, undefined, undefined, sourceFile.impliedNodeFormat)
        : { resolvedModule: undefined },
    );
  return host;
}

interface Facts {
  readonly codes: Set<string>;
  readonly calls: Set<ts.Node>;
}

class Sources {
  readonly #checker: ts.TypeChecker;
  readonly #files: ReadonlySet<ts.SourceFile>;
  readonly #facts = new Map<ts.Node, Facts>();
  readonly #subclasses = new Map<ts.Symbol, ts.ClassDeclaration[]>();

  constructor(program: ts.Program) {
    this.#checker = program.getTypeChecker();
    const root = `${path.resolve('.')}/`;
    const ours = ({ fileName, isDeclarationFile }: ts.SourceFile) =>
      !isDeclarationFile && fileName.startsWith(root) && !fileName.includes('/node_modules/');
    this.#files = new Set(program.getSourceFiles().filter(ours));
    for (const file of this.#files) this.#each(file, (node) => this.#noteClass(node));
  }

  read(): ErrorCodes {
    const thrown: ThrownError[] = [];
    const operations = new Map<string, readonly string[]>();
    for (const file of this.#files) {
      this.#each(file, (node) => {
        thrown.push(...this.#thrownAt(node));
        if (ts.isMethodDeclaration(node)) {
          const id = operationOf(node);
          if (id !== undefined) operations.set(id, this.#reachedFrom(node));
        }
      });
    }
    const shared = new Map(
      Object.entries(SHARED).map(([name, file]) => [name, this.#reachedFrom(this.#file(`apps/api/src/http/${file}`))]),
    );
    return { thrown, operations, shared };
  }

  #each(node: ts.Node, visit: (node: ts.Node) => void): void {
    visit(node);
    ts.forEachChild(node, (child) => this.#each(child, visit));
  }

  #noteClass(node: ts.Node): void {
    if (!ts.isClassDeclaration(node)) return;
    for (const { expression } of node.heritageClauses?.flatMap(({ types }) => types) ?? []) {
      const base = this.#symbol(expression);
      if (base !== undefined) this.#subclasses.set(base, [...(this.#subclasses.get(base) ?? []), node]);
    }
  }

  #symbol(node: ts.Node): ts.Symbol | undefined {
    const symbol = this.#checker.getSymbolAtLocation(node);
    return symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  /** What `node` throws itself: as `new DomainError(…)`, as a class of its own, or by a function that takes the code. */
  #thrownAt(node: ts.Node): ThrownError[] {
    if (ts.isNewExpression(node) && ERRORS.includes(node.expression.getText())) {
      const [first, second, ...rest] = node.arguments ?? [];
      if (node.expression.getText() !== 'HttpProblem') return this.#described(first, textsOf(second), statusOf(second));
      const texts = { detail: rest[0], remedy: textsOf(rest[1]).remedy };
      return this.#described(second, texts, HTTP_STATUS[first?.getText().split('.').at(-1) ?? ''] ?? Number(first?.getText() ?? 0));
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword && extendsDomainError(node)) {
      const [first, second] = node.arguments;
      return first !== undefined && ts.isStringLiteral(first) ? this.#described(first, textsOf(second), statusOf(second)) : [];
    }
    if (ts.isCallExpression(node)) return this.#thrownByCallee(node);
    return [];
  }

  /** A function such as `refuse(code, detail)`: what it throws is said where it is called. */
  #thrownByCallee(call: ts.CallExpression): ThrownError[] {
    const callee = this.#checker.getResolvedSignature(call)?.declaration;
    if (callee === undefined || !ts.isFunctionDeclaration(callee) || callee.parameters[0]?.name.getText() !== 'code') return [];
    const argument = (name: string) => call.arguments[callee.parameters.findIndex((parameter) => parameter.name.getText() === name)];
    const found: ThrownError[] = [];
    this.#each(callee, (node) => {
      if (!ts.isNewExpression(node) || !ERRORS.includes(node.expression.getText()) || node.arguments?.[0]?.getText() !== 'code') return;
      const texts = textsOf(node.arguments[1]);
      const [detail, remedy] = [argument('detail') ?? texts.detail, argument('remedy') ?? texts.remedy];
      found.push(...this.#described(call.arguments[0], { detail, remedy }, statusOf(node.arguments[1])));
    });
    return found;
  }

  #described(code: ts.Expression | undefined, texts: Texts, status: number): ThrownError[] {
    if (code === undefined) return [];
    return this.#literals(code).map((one) => ({
      code: one,
      status,
      detail: shown(texts.detail) ?? '…',
      remedy: shown(texts.remedy),
    }));
  }

  /** The values of a code, from its type. None for a parameter, whose values are at the call sites. */
  #literals(code: ts.Expression): string[] {
    if (ts.isStringLiteral(code)) return [code.text];
    if (ts.isConditionalExpression(code)) return [...this.#literals(code.whenTrue), ...this.#literals(code.whenFalse)];
    if (ts.isIdentifier(code) && code.text === 'code') return [];
    if (ts.isTemplateExpression(code)) {
      return code.templateSpans.reduce(
        (texts, { expression, literal }) => texts.flatMap((text) => this.#values(expression).map((value) => text + value + literal.text)),
        [code.head.text],
      );
    }
    return this.#values(code);
  }

  #values(expression: ts.Expression): string[] {
    const type = this.#checker.getTypeAtLocation(expression);
    const values = (type.isUnion() ? type.types : [type]).flatMap((one) => (one.isStringLiteral() ? [one.value] : []));
    if (values.length > 0) return values;
    const { fileName } = expression.getSourceFile();
    throw new Error(`${path.relative('.', fileName)}: the values of the code ${expression.getText()} are not known`);
  }

  /** The codes that a handler and all it calls can throw. */
  #reachedFrom(start: ts.Node): string[] {
    const codes = new Set<string>();
    const visited = new Set([start]);
    for (const declaration of visited) {
      const facts = this.#factsOf(declaration);
      for (const code of facts.codes) codes.add(code);
      for (const called of facts.calls) visited.add(called);
    }
    return [...codes].sort();
  }

  #factsOf(declaration: ts.Node): Facts {
    const known = this.#facts.get(declaration);
    if (known !== undefined) return known;
    const facts: Facts = { codes: new Set(), calls: new Set() };
    this.#facts.set(declaration, facts);
    this.#each(declaration, (node) => {
      for (const { code } of this.#thrownAt(node)) facts.codes.add(code);
      for (const called of this.#calledAt(node)) facts.calls.add(called);
      if (ts.isDecorator(node) && LIMITED.some((name) => node.expression.getText().startsWith(name))) facts.codes.add('request.too-many');
    });
    return facts;
  }

  #file(name: string): ts.SourceFile {
    for (const file of this.#files) if (file.fileName.endsWith(`/${name}`)) return file;
    throw new Error(`${name} is not among the sources`);
  }

  #calledAt(node: ts.Node): readonly ts.Node[] {
    if (ts.isNewExpression(node)) return this.#constructorsOf(node);
    if (!ts.isCallExpression(node)) return [];
    const declaration = this.#checker.getResolvedSignature(node)?.declaration;
    if (declaration === undefined || !this.#isOurs(declaration)) return [];
    if ('body' in declaration && declaration.body !== undefined) return [declaration];
    return this.#overrides(declaration);
  }

  #constructorsOf(node: ts.NewExpression): readonly ts.Node[] {
    const declaration = this.#checker.getResolvedSignature(node)?.declaration;
    return declaration !== undefined && this.#isOurs(declaration) && ts.isConstructorDeclaration(declaration) ? [declaration] : [];
  }

  #isOurs(node: ts.Node): boolean {
    return this.#files.has(node.getSourceFile());
  }

  /** An abstract method is what its subclasses make of it. */
  #overrides(declaration: ts.Node): readonly ts.Node[] {
    if (!ts.isMethodDeclaration(declaration) || !ts.isClassDeclaration(declaration.parent)) return [];
    const base = declaration.parent.name === undefined ? undefined : this.#symbol(declaration.parent.name);
    const name = declaration.name.getText();
    return (base === undefined ? [] : (this.#subclasses.get(base) ?? [])).flatMap(({ members }) =>
      members.filter((member) => ts.isMethodDeclaration(member) && member.name.getText() === name),
    );
  }
}

interface Texts {
  readonly detail: ts.Expression | undefined;
  readonly remedy: ts.Expression | undefined;
}

function textsOf(details: ts.Expression | undefined): Texts {
  return { detail: propertyOf(details, 'detail'), remedy: propertyOf(details, 'remedy') };
}

function statusOf(details: ts.Expression | undefined): number {
  const kind = propertyOf(details, 'kind');
  return STATUS[kind !== undefined && ts.isStringLiteral(kind) ? kind.text : 'invalid'] ?? 422;
}

function propertyOf(details: ts.Expression | undefined, name: string): ts.Expression | undefined {
  if (details === undefined || !ts.isObjectLiteralExpression(details)) return undefined;
  for (const property of details.properties) {
    if (property.name?.getText() !== name) continue;
    if (ts.isPropertyAssignment(property)) return property.initializer;
    if (ts.isShorthandPropertyAssignment(property)) return property.name;
  }
  return undefined;
}

/** The text of an expression; undefined where it is known only at run time. */
function shown(expression: ts.Expression | undefined): string | undefined {
  if (expression === undefined) return undefined;
  if (ts.isStringLiteral(expression) || ts.isNoSubstitutionTemplateLiteral(expression)) return expression.text;
  if (ts.isConditionalExpression(expression)) {
    const [one, other] = [shown(expression.whenTrue), shown(expression.whenFalse)];
    return one === undefined || other === undefined ? (one ?? other) : `${one} Or: ${other}`;
  }
  if (!ts.isTemplateExpression(expression)) return undefined;
  return expression.head.text + expression.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
}

function extendsDomainError(node: ts.Node): boolean {
  for (let parent = node.parent; !ts.isSourceFile(parent); parent = parent.parent) {
    if (!ts.isClassDeclaration(parent)) continue;
    return parent.heritageClauses?.some(({ types }) => types.some(({ expression }) => expression.getText() === 'DomainError')) === true;
  }
  return false;
}

/** The operation id of a route handler, as the OpenAPI document names it. */
function operationOf(method: ts.MethodDeclaration): string | undefined {
  if (!ts.isClassDeclaration(method.parent)) return undefined;
  const isRoute = (ts.getDecorators(method) ?? []).some(
    ({ expression }) => ts.isCallExpression(expression) && ROUTES.includes(expression.expression.getText()),
  );
  const controller = method.parent.name?.text.replace(/Controller$/, '').toLowerCase();
  return isRoute && controller !== undefined ? `${controller}.${method.name.getText()}` : undefined;
}
