import { DomainError } from '#kernel';

/** @throws DomainError `catalog.invalid-class` unless `condition` holds */
export function demand(condition: boolean, field: string, detail: string, remedy: string): asserts condition {
  if (!condition) throw new DomainError('catalog.invalid-class', { field, detail, remedy });
}
