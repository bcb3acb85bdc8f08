import type { Action } from '#identity';

interface Operation {
  readonly 'x-action': Action | 'public';
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: object }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
}

/** An operation of the OpenAPI document. */
export interface Route extends Operation {
  readonly method: string;
  /** After /api/v1, with its parameters in braces. */
  readonly path: string;
}

export interface OpenApi {
  readonly routes: readonly Route[];
  readonly schemas: Record<string, object>;
}

/** What the API says of itself. */
export async function describedBy(url: string): Promise<OpenApi> {
  const response = await fetch(`${url}/api/openapi.json`);
  const document = (await response.json()) as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, object> };
  };
  const routes = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path: path.replace('/api/v1', '') })),
  );
  return { routes, schemas: document.components.schemas };
}
