import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { ErrorNotice } from '../components/ErrorNotice.tsx';

/** In place of a page that cannot be shown. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const boundary = useQueryErrorResetBoundary();
  return (
    <ErrorNotice
      error={error}
      onRetry={() => {
        boundary.reset();
        reset();
      }}
    />
  );
}
