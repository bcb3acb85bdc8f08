import { Button, Modal } from 'antd';
import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { signInAsDemo } from '../../pages/sign-in/demo.ts';
import { useSignInMethods } from '../../pages/sign-in/methods.ts';
import { OidcSignIn } from '../../pages/sign-in/OidcSignIn.tsx';
import { SignInForm } from '../../pages/sign-in/SignInForm.tsx';

/** Signs in again above the page, which keeps what was typed there. */
export function SignInAgain() {
  const { t } = useTranslation();
  const { email } = useMe();
  const { href } = useLocation();
  const methods = useSignInMethods();
  const [error, setError] = useState<unknown>();
  return (
    <Modal open closable={false} footer={null} title={t('expired.title')} width={400} mask={{ closable: false }} keyboard={false}>
      <p className="soft" style={{ marginBottom: 16 }}>
        {t('expired.kept')}
      </p>
      {methods?.demo === true ? (
        <>
          {error !== undefined && <ErrorNotice error={error} />}
          <Button type="primary" block onClick={() => void signInAsDemo(email).catch(setError)}>
            {t('expired.demo', { email })}
          </Button>
        </>
      ) : (
        <SignInForm email={email} />
      )}
      <OidcSignIn returnTo={href} />
    </Modal>
  );
}
