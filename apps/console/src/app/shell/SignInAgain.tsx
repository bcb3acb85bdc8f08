import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session.ts';
import { SignInForm } from '../../pages/sign-in/SignInForm.tsx';

/** Signs in again above the page, which keeps what was typed there. */
export function SignInAgain() {
  const { t } = useTranslation();
  const { email } = useMe();
  return (
    <Modal open closable={false} footer={null} title={t('expired.title')} width={400} mask={{ closable: false }} keyboard={false}>
      <p className="soft" style={{ marginBottom: 16 }}>
        {t('expired.kept')}
      </p>
      <SignInForm email={email} />
    </Modal>
  );
}
