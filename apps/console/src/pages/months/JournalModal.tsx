import { Form, Input, Modal } from 'antd';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { operations } from '#api-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { saveFile } from '../../app/save-file.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import styles from './months.module.css';

type Accounts = operations['journal.export']['requestBody']['content']['application/json']['accounts'];
type Kind = keyof Accounts;
type Typed = Readonly<Record<Kind, { readonly code: string; readonly name: string }>>;

const KEPT = 'mss.accounts';

/** What each line of an account names. The codes that are offered at first follow the Chinese accounting standards for enterprises. */
const KINDS: Readonly<
  Record<
    Kind,
    { readonly code: string; readonly name: string; readonly dimensions: NonNullable<NonNullable<Accounts[Kind]>['dimensions']> }
  >
> = {
  external: { code: '1002', name: '银行存款', dimensions: [] },
  programme: { code: '2711.01', name: '专项应付款—待分配补贴', dimensions: ['programme'] },
  grant: { code: '2711.02', name: '专项应付款—已授予补贴', dimensions: ['company', 'programme', 'job'] },
  wallet: { code: '2203', name: '预收账款—企业充值', dimensions: ['company', 'job'] },
  usage: { code: '6001', name: '主营业务收入—算力服务', dimensions: ['company', 'gpuClass', 'job'] },
  absorbed: { code: '6711', name: '营业外支出—园区核销', dimensions: ['company', 'job'] },
  lapsed: { code: '2711.03', name: '专项应付款—到期收回', dimensions: ['programme'] },
};
const NAMES = Object.keys(KINDS) as Kind[];

/** The accounts as they were typed the last time in this browser. */
function keptAccounts(): Typed {
  try {
    return { ...KINDS, ...(JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<Typed>) };
  } catch {
    return KINDS;
  }
}

/** Exports a month as vouchers, for which the park names the account of its chart for each kind of account of the ledger. */
export function JournalModal({ month, onClose }: { readonly month: string; readonly onClose: () => void }) {
  const { t, i18n } = useTranslation('months');
  const [form] = Form.useForm<Typed>();
  const { mutate, error, isPending } = useMutation({
    mutationFn: async (typed: Typed) => {
      localStorage.setItem(KEPT, JSON.stringify(typed));
      const accounts = Object.fromEntries(NAMES.map((kind) => [kind, { ...typed[kind], dimensions: KINDS[kind].dimensions }]));
      const { data, error: refusal } = await api.POST('/api/v1/journal-export', {
        params: { query: { month, lang: i18n.language === 'en' ? 'en' : 'zh' } },
        body: { accounts },
        parseAs: 'blob',
      });
      if (refusal !== undefined) throw refusal as unknown;
      saveFile(`${month}-journal.csv`, data);
    },
    onSuccess: onClose,
  });
  return (
    <Modal
      open
      title={t('journal.title', { month })}
      okText={t('journal.submit')}
      confirmLoading={isPending}
      width={640}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="soft" style={{ marginBottom: 16 }}>
        {t('journal.hint')}
      </p>
      <Form form={form} initialValues={keptAccounts()} onFinish={(typed) => mutate(typed)}>
        <div className={styles['accounts']}>
          <span className="soft">{t('journal.kind')}</span>
          <span className="soft">{t('journal.code')}</span>
          <span className="soft">{t('journal.name')}</span>
          {NAMES.map((kind) => (
            <Fragment key={kind}>
              <span>{t(`journal.kinds.${kind}`)}</span>
              <Form.Item name={[kind, 'code']} noStyle rules={[{ required: true, whitespace: true, message: t('required') }]}>
                <Input aria-label={`${t(`journal.kinds.${kind}`)} ${t('journal.code')}`} maxLength={60} />
              </Form.Item>
              <Form.Item name={[kind, 'name']} noStyle rules={[{ required: true, whitespace: true, message: t('required') }]}>
                <Input aria-label={`${t(`journal.kinds.${kind}`)} ${t('journal.name')}`} maxLength={120} />
              </Form.Item>
            </Fragment>
          ))}
        </div>
      </Form>
      {error !== null && <ErrorNotice error={error} kept={t('kept')} />}
    </Modal>
  );
}
