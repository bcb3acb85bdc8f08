import { useTranslation } from 'react-i18next';
import { Command } from '../../components/Command.tsx';
import { Digest } from '../../components/Digest.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Section } from '../../components/Section.tsx';
import type { Statement } from './statement-data.ts';

/** The digest of the statement, and how anybody verifies it without asking the park. */
export function Proof({ statement }: { readonly statement: Statement }) {
  const { t } = useTranslation('statements');
  const { digest, proof, closedAt, document, names } = statement;
  const facts: Parameters<typeof Facts>[0]['facts'][number][] = [
    { label: t('proof.digest'), value: <Digest digest={digest} whole />, wide: true },
    closedAt === undefined
      ? { label: t('column.state'), value: t('proof.open'), wide: true }
      : { label: t('column.closedAt'), value: <Instant at={closedAt} precision="second" /> },
  ];
  if (proof !== undefined) {
    const { monthRecord } = proof.proof;
    const key = proof.signature === undefined ? t('proof.unsigned') : <Digest digest={proof.signature.keyId} whole />;
    facts.push({ label: t('proof.record'), value: <Digest digest={monthRecord} whole />, wide: true });
    facts.push({ label: t('proof.key'), value: key, wide: true });
  }
  const command = `mss statement verify ${names.company}-${document.month}.json --keys keys.json`;
  facts.push({ label: t('proof.verify'), value: <Command>{command}</Command>, wide: true });
  return (
    <Section title={t('proof.title')}>
      <Facts facts={facts} />
    </Section>
  );
}
