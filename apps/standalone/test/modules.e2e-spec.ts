import type { INestApplicationContext } from '@nestjs/common';
import { ApplicationConfig, ModuleRef, ModulesContainer } from '@nestjs/core';
import { ApiTestEnvironment } from '../../api/test/api-test-environment.ts';
import { ScaledTestEnvironment } from '../../controller/test/scaled-test-environment.ts';

/** Nest itself provides these to each module. */
const CORE: readonly unknown[] = [ModuleRef, ApplicationConfig];

/** What several modules of `app` provide, each with these modules. */
function providedTwice(app: INestApplicationContext): string[] {
  const modulesOf = new Map<unknown, string[]>();
  for (const module of app.get(ModulesContainer).values()) {
    for (const token of module.providers.keys()) {
      if (!CORE.includes(token)) modulesOf.set(token, [...(modulesOf.get(token) ?? []), module.name]);
    }
  }
  return [...modulesOf]
    .filter(([, modules]) => modules.length > 1)
    .map(([token, modules]) => `${typeof token === 'function' ? token.name : String(token)} in ${modules.join(', ')}`);
}

describe('the modules of a process', () => {
  it('provide each service once in the API', async () => {
    const environment = await ApiTestEnvironment.start();
    try {
      expect(providedTwice(environment.app)).toEqual([]);
    } finally {
      await environment.stop();
    }
  });

  it('provide each service once in the controller', async () => {
    const environment = await ScaledTestEnvironment.start();
    try {
      expect(providedTwice(await environment.startController())).toEqual([]);
    } finally {
      await environment.stop();
    }
  });
});
