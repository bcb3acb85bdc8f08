import { DownloadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Button, Drawer } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutdate } from '../../api/outdate.ts';
import { useMay, useMe } from '../../api/session.ts';
import { download } from '../../app/downloads.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Money } from '../../components/Money.tsx';
import { useTrace } from '../../components/provenance/trace.ts';
import { type Answer, AnswerTransfer } from './AnswerTransfer.tsx';
import { ProofInput } from './ProofInput.tsx';
import { addProof, type Transfer } from './transfer-data.ts';
import { TransferState } from './TransferState.tsx';

interface TransferDrawerProps {
  readonly transfer: Transfer;
  readonly companyName: string;
  readonly onClose: () => void;
}

/** A bank transfer: what the bank says, who recorded and who confirmed it, its proof, and what may be done with it. */
export function TransferDrawer({ transfer, companyName, onClose }: TransferDrawerProps) {
  const { t } = useTranslation('transfers');
  const { companyId, proof, entryId } = transfer;
  const trace = useTrace();
  return (
    <Drawer open size={560} title={transfer.reference} onClose={onClose} footer={<Actions transfer={transfer} onClose={onClose} />}>
      <Facts
        facts={[
          {
            label: t('column.company'),
            value: (
              <Link to="/companies/$id" params={{ id: companyId }}>
                {companyName}
              </Link>
            ),
          },
          { label: t('column.direction'), value: t(`direction.${transfer.direction}`) },
          { label: t('column.amount'), value: <Money fen={transfer.amountFen} /> },
          { label: t('column.state'), value: <TransferState transfer={transfer} /> },
          { label: t('column.reference'), value: transfer.reference },
          { label: t('column.paidOn'), value: <span className="tabular">{transfer.paidOn}</span> },
          { label: t('column.recordedBy'), value: transfer.recordedBy.name },
          { label: t('column.recordedAt'), value: <Instant at={transfer.recordedAt} /> },
          { label: t('column.decidedBy'), value: transfer.decidedBy?.name ?? '—' },
          { label: t('column.decidedAt'), value: <Instant at={transfer.decidedAt} /> },
          ...(transfer.reversedFen > 0 ? [{ label: t('column.reversed'), value: <Money fen={transfer.reversedFen} /> }] : []),
          ...(transfer.reason === null ? [] : [{ label: t('column.reason'), value: transfer.reason, wide: true }]),
          ...(transfer.comment === null ? [] : [{ label: t('column.comment'), value: transfer.comment, wide: true }]),
          ...(entryId === null
            ? []
            : [
                {
                  label: t('column.entry'),
                  value: (
                    <Button type="link" size="small" style={{ padding: 0 }} onClick={() => trace({ kind: 'entry', entryId })}>
                      {entryId}
                    </Button>
                  ),
                  wide: true,
                },
              ]),
          {
            label: t('column.proof'),
            value:
              proof === null ? (
                t('proof.none')
              ) : (
                <Button
                  size="small"
                  icon={<DownloadOutlined />}
                  onClick={() => void download(`/api/v1/companies/${companyId}/transfers/${transfer.id}/proof`, proof.fileName)}
                >
                  {proof.fileName}
                </Button>
              ),
            wide: true,
          },
        ]}
      />
      {transfer.state === 'pending' && <AddProof transfer={transfer} />}
    </Drawer>
  );
}

function AddProof({ transfer }: { readonly transfer: Transfer }) {
  const { t } = useTranslation('transfers');
  const { message } = App.useApp();
  const outdate = useOutdate();
  const mayRecord = useMay('wallet.topUp');
  const { mutate, error } = useMutation({
    mutationFn: async (file: File) => await addProof(transfer, file),
    onSuccess: () => {
      void message.success(t('proof.added'));
      void outdate('/api/v1/transfers', '/api/v1/companies');
    },
  });
  if (!mayRecord) return null;
  return (
    <div style={{ marginTop: 24 }}>
      <ProofInput onChange={(file) => file !== undefined && mutate(file)} />
      {error !== null && <ErrorNotice error={error} />}
    </div>
  );
}

function Actions({ transfer, onClose }: { readonly transfer: Transfer; readonly onClose: () => void }) {
  const { t } = useTranslation('transfers');
  const me = useMe();
  const mayDecide = useMay('wallet.topUp');
  const [answer, setAnswer] = useState<Answer>();
  const isOwn = transfer.recordedBy.id === me.id;
  const left = transfer.amountFen - transfer.reversedFen;
  if (!mayDecide || transfer.state === 'rejected' || left === 0) return null;
  return (
    <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end', alignItems: 'center' }}>
      {transfer.state === 'pending' ? (
        <>
          {isOwn && <span className="soft">{t('ownWaits')}</span>}
          <Button danger onClick={() => setAnswer('reject')}>
            {t('reject.open')}
          </Button>
          {!isOwn && (
            <Button type="primary" onClick={() => setAnswer('confirm')}>
              {t('confirm.open')}
            </Button>
          )}
        </>
      ) : (
        <Button danger onClick={() => setAnswer('reverse')}>
          {t('reverse.open')}
        </Button>
      )}
      {answer !== undefined && <AnswerTransfer transfer={transfer} answer={answer} onClose={() => setAnswer(undefined)} onDone={onClose} />}
    </div>
  );
}
