/**
 * catalog — what the park offers: GPU classes (vendor, resource name, node labels,
 * RuntimeClass, tolerations, size, weight) and their list prices by date. It owns the
 * tables `gpu_class` and `gpu_price`. It must never edit a recorded price, because quotes, charges and statements depend on it.
 */
export { CatalogService } from './catalog.service.ts';
export { CatalogModule } from './catalog.module.ts';
export type { GpuClass, GpuClassChange, GpuClassInput } from './domain/gpu-class.ts';
export { MOST_TOLERATIONS, TAINT_EFFECTS, type Toleration, TOLERATION_OPERATORS } from './domain/toleration.ts';
export { faultOfVariable, MOST_VARIABLES } from './domain/variables.ts';
export { type ListPrice } from './domain/price-book.ts';
