import type { Variables } from '../../standalone/test/processes.ts';
import { type Product, startProduct } from '../../standalone/test/product.ts';

/** Everybody of the tests comes from one address and opens a page every second or so. Streams learn within seconds that a session is over. */
const SETTINGS: Variables = {
  SIGN_IN_PER_MINUTE: '100000',
  REFRESHES_PER_MINUTE: '100000',
  STREAMS_PER_PERSON: '1000',
  STREAM_HEARTBEAT: '2',
};

/** The product with the data of the demo, for browsers that open all its pages. */
export async function startConsoleStack(variables: Variables = {}): Promise<Product> {
  return await startProduct({ ...SETTINGS, ...variables });
}
