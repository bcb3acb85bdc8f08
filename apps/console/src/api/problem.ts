import type { components } from '#api-client';

export type Problem = components['schemas']['Problem'];

/** Whether `error` is a refusal of the API (RFC 9457) with its code, detail and remedy. */
export function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && 'status' in error;
}

/** The refusal's message about the field at `pointer` (RFC 6901), such as `/amount`. */
export function faultOf(error: unknown, pointer: string): string | undefined {
  return isProblem(error) ? error.errors?.find((fault) => fault.pointer === pointer)?.message : undefined;
}

/** Props of a form's item at whose field the API found a fault; none where it found none. */
export function faultProps(error: unknown, pointer: string): { readonly validateStatus?: 'error'; readonly help?: string } {
  return propsOf(faultOf(error, pointer));
}

/** As `faultProps`, for a field that holds several values: a fault of one of them, such as `/files/model.bin`, is one of the field. */
export function faultPropsWithin(error: unknown, pointer: string): ReturnType<typeof faultProps> {
  const faults = (isProblem(error) && error.errors) || [];
  return propsOf(faults.find((fault) => `${fault.pointer ?? ''}/`.startsWith(`${pointer}/`))?.message);
}

function propsOf(fault: string | undefined): ReturnType<typeof faultProps> {
  return fault === undefined ? {} : { validateStatus: 'error', help: fault };
}
