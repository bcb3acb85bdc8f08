import { DefaultNamingStrategy, getMetadataArgsStorage } from 'typeorm';

/** An entity class: one table of the schema, or one view. */
export type EntityClass = new () => object;

/**
 * Every entity class that this process has loaded. A service imports the entities that it uses, so a data source that is opened after
 * the imports knows all entities that its callers can name, in the apps and in the tests of one module. No list has to be kept.
 */
export function loadedEntities(): EntityClass[] {
  return getMetadataArgsStorage()
    .tables.filter(({ type }) => type === 'regular' || type === 'view')
    .map(({ target }) => target as EntityClass);
}

/** Columns are called like their property, in snake case: `creditCode` is read from `credit_code`. Entities name their table. */
export class SnakeCaseColumns extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string | undefined, prefixes: string[]): string {
    const name = customName ?? snakeCase(propertyName);
    return super.columnName(name, name, prefixes);
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
