import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { isProblem } from '../api/problem.ts';
import { CopyButton } from './CopyButton.tsx';

interface ErrorNoticeProps {
  readonly error: unknown;
  /** What was kept, where something could have been lost. */
  readonly kept?: string | undefined;
  readonly onRetry?: (() => void) | undefined;
}

/** What happened, what was kept and what to do. The code of a refusal can be copied. */
export function ErrorNotice({ error, kept, onRetry }: ErrorNoticeProps) {
  const { t, i18n } = useTranslation(['common', 'errors']);
  const problem = isProblem(error) ? error : undefined;
  const known = problem !== undefined && i18n.exists(`errors:${problem.code.replaceAll('.', '_')}`);
  const title =
    problem === undefined
      ? error instanceof TypeError
        ? t('error.unreachable')
        : t('error.unknown')
      : known
        ? t(`errors:${problem.code.replaceAll('.', '_')}` as 'error.unknown')
        : problem.detail;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={title}
      description={
        <>
          {known && <div>{problem.detail}</div>}
          {problem?.remedy !== undefined && <div>{problem.remedy}</div>}
          {problem === undefined && error instanceof Error && <div className="soft">{error.message}</div>}
          {problem?.errors?.map((fault) => (
            <div key={`${fault.pointer ?? fault.parameter ?? ''} ${fault.message}`}>
              <code>{fault.pointer ?? fault.parameter}</code> {fault.message}
            </div>
          ))}
          {kept !== undefined && <div>{kept}</div>}
          {problem !== undefined && (
            <div>
              <code>{problem.code}</code> <CopyButton text={problem.code} label={t('copy')} />
            </div>
          )}
        </>
      }
      action={
        onRetry === undefined ? undefined : (
          <Button size="small" onClick={onRetry}>
            {t('retry')}
          </Button>
        )
      }
    />
  );
}
