import { existsSync, readdirSync, readFileSync } from 'node:fs';

const projects = (
  JSON.parse(readFileSync('nest-cli.json', 'utf8')) as { projects: Record<string, { sourceRoot: string; entryFile: string }> }
).projects;

describe('nest-cli.json', () => {
  it('declares every app and lib, so that nest start and nest generate know it', () => {
    // Vite builds the console.
    const folders = ['apps', 'libs']
      .flatMap((kind) => readdirSync(kind).map((name) => `${kind}/${name}/src`))
      .filter((folder) => folder !== 'apps/console/src');
    expect(
      Object.values(projects)
        .map(({ sourceRoot }) => sourceRoot)
        .sort(),
    ).toEqual(folders.filter((folder) => existsSync(folder)).sort());
  });

  it.each(Object.entries(projects))('names an entry file of %s that exists', (_name, { sourceRoot, entryFile }) => {
    expect(existsSync(`${sourceRoot}/${entryFile}.ts`)).toBe(true);
  });
});
