import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface BulkActionsProps {
  readonly count: number;
  readonly onClear: () => void;
  /** What may be done with the chosen ones. */
  readonly children: ReactNode;
}

/** How many rows of a list are chosen and what may be done with them; nothing where none is. */
export function BulkActions({ count, onClear, children }: BulkActionsProps) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <>
      <span role="status" className="tabular">
        {t('selection.count', { count })}
      </span>
      {children}
      <Button type="text" onClick={onClear}>
        {t('selection.clear')}
      </Button>
    </>
  );
}
