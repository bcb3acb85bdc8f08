import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { isProblem } from '../api/problem.ts';
import { CopyButton } from './CopyButton.tsx';
import { useRefusalText } from './refusal.ts';

interface ErrorNoticeProps {
  readonly error: unknown;
  /** What was kept, where something could have been lost. */
  readonly kept?: string | undefined;
  readonly onRetry?: (() => void) | undefined;
}

/** What happened, what was kept and what to do. The code of a refusal can be copied. */
export function ErrorNotice({ error, kept, onRetry }: ErrorNoticeProps) {
  const { t } = useTranslation();
  const problem = isProblem(error) ? error : undefined;
  const textOf = useRefusalText();
  const refusal = problem === undefined ? undefined : textOf(problem);
  const title = refusal?.title ?? (error instanceof TypeError ? t('error.unreachable') : t('error.unknown'));
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={title}
      description={
        <>
          {refusal?.more.map((sentence) => (
            <div key={sentence}>{sentence}</div>
          ))}
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
