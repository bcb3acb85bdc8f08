import { column, queryRows, rowType, type Tx } from '#database';

const REQUEST = rowType({ nonce: column.text, codeVerifier: column.text, returnTo: column.text });

/** Deletes a sign-in that was begun, so that it is finished once, and answers it; undefined where there is none or it took too long. */
export async function takeOidcRequest(
  tx: Tx,
  state: string,
  now: Date,
): Promise<{ readonly nonce: string; readonly codeVerifier: string; readonly returnTo: string } | undefined> {
  const [request] = await queryRows(
    tx,
    REQUEST,
    `DELETE FROM oidc_request WHERE state = $1 AND expires_at > $2 RETURNING nonce, code_verifier AS "codeVerifier", return_to AS "returnTo"`,
    [state, now],
  );
  return request;
}
