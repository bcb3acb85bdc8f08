import { Suspense } from 'react';
import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '../../app/parts.ts';
import { Loading } from '../Loading.tsx';
import { type Trace, useOpenTrace, useTrace } from './trace.ts';

const parts = {
  line: lazyPart(async () => (await import('./LineOrigin.tsx')).LineOrigin),
  job: lazyPart(async () => (await import('./JobOrigin.tsx')).JobOrigin),
  attempt: lazyPart(async () => (await import('./AttemptOrigin.tsx')).AttemptOrigin),
  entry: lazyPart(async () => (await import('./EntryOrigin.tsx')).EntryOrigin),
} as const;

/**
 * Where a number comes from: a statement's line, its job, the attempts with who paid, the intervals of the pods, and the ledger's entries
 * with the digest of the month. Any page opens it by `useTrace`.
 */
export function Provenance() {
  const { t } = useTranslation('provenance');
  const trace = useOpenTrace();
  const open = useTrace();
  return (
    <Drawer
      open={trace !== undefined}
      onClose={() => open(undefined)}
      size={720}
      title={trace === undefined ? t('title') : t(`kind.${trace.kind}`)}
      destroyOnHidden
      styles={{ wrapper: { maxWidth: '100vw' } }}
    >
      {trace !== undefined && (
        <Suspense fallback={<Loading lines={6} />}>
          <Origin trace={trace} />
        </Suspense>
      )}
    </Drawer>
  );
}

function Origin({ trace }: { readonly trace: Trace }) {
  switch (trace.kind) {
    case 'line':
      return <parts.line {...trace} />;
    case 'job':
      return <parts.job {...trace} />;
    case 'attempt':
      return <parts.attempt {...trace} />;
    case 'entry':
      return <parts.entry {...trace} />;
  }
}
