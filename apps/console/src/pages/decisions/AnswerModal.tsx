import { App, Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Instant } from '../../components/Instant.tsx';
import type { Decision } from './DecisionsPage.tsx';

export type Answer = 'confirm' | 'reject' | 'withdraw';

interface AnswerModalProps {
  readonly decision: Decision;
  readonly answer: Answer;
  readonly onClose: () => void;
}

/** The second person's confirmation or rejection, or the first one's withdrawal. A confirmation takes effect at once. */
export function AnswerModal({ decision, answer, onClose }: AnswerModalProps) {
  const { t } = useTranslation('decisions');
  const { message } = App.useApp();
  const outdate = useOutdate();
  const [form] = Form.useForm<{ comment?: string }>();
  const options = {
    onSuccess: () => {
      void message.success(t(`answer.done.${answer}`));
      // A decision may be about anything: roles, programmes, transfers, months.
      void outdate('/api/v1');
      onClose();
    },
    onError: () => void outdate('/api/v1/decisions'),
  };
  const confirm = $api.useMutation('post', '/api/v1/decisions/{id}/confirmation', options);
  const reject = $api.useMutation('post', '/api/v1/decisions/{id}/rejection', options);
  const withdraw = $api.useMutation('post', '/api/v1/decisions/{id}/withdrawal', options);
  const { mutate, error, isPending } = { confirm, reject, withdraw }[answer];
  return (
    <Modal
      open
      title={t(`answer.title.${answer}`)}
      okText={t(`answer.${answer}`)}
      okButtonProps={{ danger: answer !== 'confirm' }}
      confirmLoading={isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Facts
        facts={[
          { label: t('column.summary'), value: decision.summary, wide: true },
          { label: t('column.reason'), value: decision.reason, wide: true },
          { label: t('column.proposedBy'), value: decision.proposedBy.name },
          { label: t('column.proposedAt'), value: <Instant at={decision.proposedAt} /> },
        ]}
      />
      <p className="soft" style={{ margin: '16px 0' }}>
        {t(`answer.effect.${answer}`)}
      </p>
      <Form
        form={form}
        layout="vertical"
        onFinish={({ comment = '' }) =>
          mutate({ params: { path: { id: decision.id } }, body: { ...(comment.trim() !== '' && { comment }) } })
        }
      >
        <Form.Item
          name="comment"
          label={t('answer.comment')}
          rules={answer === 'reject' ? [{ required: true, whitespace: true, message: t('answer.commentMissing') }] : []}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} autoFocus />
        </Form.Item>
        {error !== null && <ErrorNotice error={error} kept={t('answer.kept')} />}
      </Form>
    </Modal>
  );
}
