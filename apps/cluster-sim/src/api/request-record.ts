/** What the API server was asked, and by whom. */
export interface RequestLine {
  readonly verb: string;
  /** Plural name, such as `pods`; the path where it is about no object. */
  readonly resource: string;
  readonly namespace: string;
  readonly userAgent: string;
  readonly count: number;
}

/** Counts the requests that the API server has seen, as an audit log would show them. */
export class RequestRecord {
  readonly #lines = new Map<string, RequestLine>();

  saw(request: Omit<RequestLine, 'count'>): void {
    const key = JSON.stringify([request.verb, request.resource, request.namespace, request.userAgent]);
    this.#lines.set(key, { ...request, count: (this.#lines.get(key)?.count ?? 0) + 1 });
  }

  lines(): RequestLine[] {
    return [...this.#lines.values()];
  }
}
