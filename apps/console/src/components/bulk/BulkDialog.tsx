import { Button, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '#api-client';
import { ErrorNotice } from '../ErrorNotice.tsx';
import styles from './Bulk.module.css';
import { BulkResults } from './BulkResults.tsx';

/** Most objects of one request about several. */
export const MOST_AT_ONCE = 100;

/** An object of a request about several. */
export interface BulkItem {
  readonly id: string;
  readonly name: string;
  /** What else tells it from the others. */
  readonly detail: ReactNode;
}

interface BulkDialogProps {
  readonly title: string;
  /** What will happen. */
  readonly effect: ReactNode;
  readonly items: readonly BulkItem[];
  /** What is asked besides. */
  readonly children?: ReactNode;
  readonly submit: string;
  readonly danger?: boolean;
  /** Whether something is still missing. */
  readonly disabled?: boolean;
  readonly request: {
    readonly data: components['schemas']['BulkResults'] | undefined;
    readonly error: unknown;
    readonly isPending: boolean;
  };
  readonly onSubmit: () => void;
  readonly onClose: () => void;
}

/**
 * Something that is done with several objects at once: it lists them and says what will happen, and then what became of each. It cannot be
 * closed while it is done, since nobody would learn what became of them.
 */
export function BulkDialog({ title, effect, items, children, submit, danger, disabled, request, onSubmit, onClose }: BulkDialogProps) {
  const { t } = useTranslation();
  const { data, error, isPending } = request;
  return (
    <Modal
      open
      width={640}
      title={title}
      closable={!isPending}
      onCancel={() => {
        if (!isPending) onClose();
      }}
      footer={
        data === undefined ? (
          <>
            <Button disabled={isPending} onClick={onClose}>
              {t('bulk.back')}
            </Button>
            <Button type="primary" danger={danger === true} disabled={disabled === true} loading={isPending} onClick={onSubmit}>
              {submit}
            </Button>
          </>
        ) : (
          <Button type="primary" onClick={onClose}>
            {t('bulk.close')}
          </Button>
        )
      }
    >
      {data === undefined ? (
        <div className={styles['parts']}>
          <div>{effect}</div>
          <ul className={styles['items']} aria-label={t('bulk.items')} tabIndex={0}>
            {items.map(({ id, name, detail }) => (
              <li key={id} className={styles['item']}>
                <span className="name" dir="auto" title={name}>
                  {name}
                </span>
                <span className={styles['detail']}>{detail}</span>
              </li>
            ))}
          </ul>
          {children}
          {error !== null && <ErrorNotice error={error} />}
        </div>
      ) : (
        <BulkResults items={items} results={data.items} />
      )}
    </Modal>
  );
}
