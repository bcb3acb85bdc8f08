import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { usePartLost } from './parts.ts';
import { ErrorNotice } from '../components/ErrorNotice.tsx';

/** In place of a page that cannot be shown. One whose parts cannot be downloaded is loaded anew: React does not ask for them twice. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const boundary = useQueryErrorResetBoundary();
  const lost = usePartLost();
  return (
    <ErrorNotice
      error={error}
      onRetry={() => {
        if (lost) location.reload();
        boundary.reset();
        reset();
      }}
    />
  );
}
