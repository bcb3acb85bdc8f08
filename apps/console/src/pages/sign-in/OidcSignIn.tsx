import { Button, Divider } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSignInMethods } from './methods.ts';

/** The way to the OpenID provider and back to `returnTo`; nothing where the installation has no provider. */
export function OidcSignIn({ returnTo }: { readonly returnTo: string }) {
  const { t } = useTranslation('signIn');
  if (useSignInMethods()?.oidc !== true) return null;
  return (
    <>
      <Divider plain>{t('or')}</Divider>
      <Button block href={`/api/v1/auth/oidc/start?returnTo=${encodeURIComponent(signedInAt(returnTo))}`}>
        {t('oidc')}
      </Button>
    </>
  );
}

/** The address to come back to, marked so that the console takes up the session that began at the provider. */
function signedInAt(address: string): string {
  const url = new URL(address, location.origin);
  url.searchParams.set('signedIn', '1');
  return `${url.pathname}${url.search}`;
}
