import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../../cli/test/scripted-environment.ts';

const LIBS = path.resolve(import.meta.dirname, '../../../libs');
const ROOT = path.dirname(LIBS);

const numbered = (letter: string, last: number): string[] => Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);

/** The rules that are implemented, by their numbers. */
const RULES = [
  ...[numbered('U', 5), numbered('L', 6), numbered('F', 9), numbered('M', 8)],
  ...[numbered('J', 5), numbered('S', 7), numbered('T', 5)],
].flat();

describe('the READMEs of the modules', () => {
  const texts = new Map<string, string>();
  beforeAll(async () => {
    const modules = (await readdir(LIBS, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    for (const { name } of modules) texts.set(name, await readFile(path.join(LIBS, name, 'README.md'), 'utf8'));
  });

  it('list every implemented rule exactly once', () => {
    const listed = [...texts.values()].flatMap((text) => [...text.matchAll(/^\| ([A-Z]\d+) +\|/gm)].map(([, rule]) => rule!));
    expect(listed.sort()).toEqual([...RULES].sort());
  });

  it('name only files that exist', () => {
    const missing = [...texts].flatMap(([module, text]) => {
      const folders = [ROOT, path.join(LIBS, module), path.join(LIBS, module, 'src')];
      return [...text.matchAll(/`([\w@./-]+\.(?:ts|md|json))`/g)]
        .map(([, file]) => file!)
        .filter((file) => !folders.some((folder) => existsSync(path.join(folder, file))))
        .map((file) => `${module}: ${file}`);
    });
    expect(missing).toEqual([]);
  });

  it('are each linked from the map, whose links lead somewhere', async () => {
    const map = await readFile(path.join(LIBS, 'README.md'), 'utf8');
    const links = new Set([...map.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link!));
    expect([...links].sort()).toEqual([...texts.keys()].map((module) => `${module}/README.md`).sort());
  });
});

describe('the commands of npm', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

  it('run programs that exist', () => {
    const programs = Object.values(scripts).flatMap((script) => [
      ...script.matchAll(/\bnode (?:--\S+ )*(?!node_modules\/)(?:dist\/)?([\w/.-]+)\.(?:js|ts)/g),
    ]);
    expect(programs.length).toBeGreaterThan(10);
    expect(programs.map(([, program]) => program!).filter((program) => !existsSync(path.join(ROOT, `${program}.ts`)))).toEqual([]);
  });

  it.each(['README.md', '.github/CONTRIBUTING.md', 'deploy/README.md', 'apps/lab/README.md'])('that %s names exist', async (file) => {
    const named = [...(await readFile(path.join(ROOT, file), 'utf8')).matchAll(/npm run (?:--silent )?(\w[\w:-]*)/g)].map(
      ([, name]) => name!,
    );
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

describe('README', () => {
  it('has every command of mss in its table', async () => {
    const [, section = ''] = (await readFile(path.join(ROOT, 'README.md'), 'utf8')).split('\n## The command line\n');
    const [table = ''] = section.split('\n## ');
    const spans = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) => [...cell!.matchAll(/`(?:mss )?([\w-]+)/g)]);
    const commands = (await run('/nowhere', ['__complete', ''])).out.split('\n').filter((line) => line !== '' && line !== 'help');
    expect(commands.length).toBeGreaterThan(30);
    const named = new Set(spans.map(([, word]) => word!));
    expect(commands.filter((command) => !named.has(command))).toEqual([]);
  });
});
