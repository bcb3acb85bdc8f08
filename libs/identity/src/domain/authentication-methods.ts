/** How a session began. */
export type SignInMethod = 'password' | 'oidc';

type Factor = 'knowledge' | 'possession' | 'inherence';

/**
 * Which factor a method of RFC 8176 shows. `sms` and `tel` show none: whoever takes over a telephone number has them. Neither do
 * methods that say how and not what (`mca`, `rba`, `geo`, `user`, `wia`).
 */
const FACTOR_OF: Readonly<Record<string, Factor>> = {
  ...{ pwd: 'knowledge', pin: 'knowledge', kba: 'knowledge' },
  ...{ otp: 'possession', hwk: 'possession', swk: 'possession', pop: 'possession', sc: 'possession' },
  ...{ face: 'inherence', fpt: 'inherence', iris: 'inherence', retina: 'inherence', vbm: 'inherence' },
};

/**
 * Whether the methods that an OpenID provider names (`amr`) say that two different factors were shown: by `mfa`, or by methods of two
 * kinds, such as `pwd` and `otp`, or `hwk` and `fpt`. One method alone never does.
 */
export function showsSecondFactor(methods: unknown): boolean {
  if (!Array.isArray(methods)) return false;
  const named: readonly unknown[] = methods;
  if (named.includes('mfa')) return true;
  const factors = named.flatMap((method) => (typeof method === 'string' && Object.hasOwn(FACTOR_OF, method) ? [FACTOR_OF[method]] : []));
  return new Set(factors).size > 1;
}
