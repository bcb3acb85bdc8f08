import { App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import type { Application } from './draft-fields.ts';

/** Takes an application back for good, after a question. */
export function WithdrawButton({ application: { id, version } }: { readonly application: Application }) {
  const { t } = useTranslation('applications');
  const { message } = App.useApp();
  const outdate = useOutdate();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const withdraw = $api.useMutation('post', '/api/v1/applications/{id}/withdraw', {
    onSuccess: async () => {
      setAsking(false);
      void message.success(t('withdraw.done'));
      await outdate('/api/v1/applications');
    },
  });
  return (
    <>
      <Button danger onClick={() => setAsking(true)}>
        {t('withdraw.open')}
      </Button>
      <Modal
        open={asking}
        title={t('withdraw.title')}
        okText={t('withdraw.open')}
        okButtonProps={{ danger: true }}
        confirmLoading={withdraw.isPending}
        onOk={() => withdraw.mutate({ params: { path: { id }, header: { 'If-Match': `"${version}"` } }, body: { reason } })}
        onCancel={() => setAsking(false)}
      >
        <p>{t('withdraw.effect')}</p>
        <Input.TextArea
          aria-label={t('withdraw.reason')}
          placeholder={t('withdraw.reason')}
          autoSize={{ minRows: 2, maxRows: 6 }}
          maxLength={1_000}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        {withdraw.error !== null && <ErrorNotice error={withdraw.error} />}
      </Modal>
    </>
  );
}
