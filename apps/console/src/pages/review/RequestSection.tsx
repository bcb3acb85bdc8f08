import { useTranslation } from 'react-i18next';
import { Amount } from '../../components/Amount.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Period } from '../../components/Period.tsx';
import { Section } from '../../components/Section.tsx';
import type { Application, ApplicationEvent, Evidence } from './application-data.ts';
import { SmallTable } from '../../components/SmallTable.tsx';
import styles from './review.module.css';

interface RequestProps {
  readonly application: Application;
  readonly evidence: Evidence;
}

/** What is asked for; a change of a grant as before and after. */
export function RequestSection({ application, evidence }: RequestProps) {
  const { t } = useTranslation(['review', 'common']);
  const { amount, validFrom, validUntil, purpose, plan, recommendation, endorsement, approval, kind } = application;
  const unit = evidence.programme?.unit ?? 'CNY';
  const steps = [
    { key: 'recommended', terms: recommendation, shown: recommendation },
    { key: 'endorsed', terms: endorsement, shown: endorsement },
    { key: 'approved', terms: approval, shown: approval },
  ] as const;
  return (
    <Section title={t(`common:applicationKind.${kind}`)}>
      {evidence.grant !== undefined && <BeforeAfter application={application} grant={evidence.grant} />}
      <Facts
        facts={[
          {
            label: t('request.amount'),
            value: (
              <strong>
                <Amount unit={unit} amount={amount} />
              </strong>
            ),
          },
          ...(validFrom === null && validUntil === null
            ? []
            : [{ label: t('request.period'), value: <Period from={validFrom} until={validUntil} /> }]),
          { label: t('request.submitted'), value: <Instant at={application.submittedAt} /> },
          { label: t('request.round'), value: application.round },
          ...steps.flatMap(({ key, terms }) =>
            terms === null
              ? []
              : [
                  {
                    label: t(`request.${key}`),
                    value: (
                      <>
                        <Amount unit={unit} amount={terms.amount} /> {byWhom(evidence.events, key)}
                      </>
                    ),
                  },
                ],
          ),
          { label: t('request.purpose'), value: purpose === '' ? '—' : purpose, wide: true },
          ...(plan === '' ? [] : [{ label: t('request.plan'), value: plan, wide: true }]),
        ]}
      />
    </Section>
  );
}

function byWhom(events: readonly ApplicationEvent[] | undefined, action: string): string {
  return events?.findLast((event) => event.action === action)?.actor.name ?? '';
}

function BeforeAfter({ application, grant }: { readonly application: Application; readonly grant: NonNullable<Evidence['grant']> }) {
  const { t } = useTranslation('review');
  const { kind, amount, validUntil } = application;
  const sign = kind === 'increase' ? 1 : kind === 'claw-back' ? -1 : 0;
  const promised = grant.promised + sign * (amount ?? 0);
  const rows = [
    {
      key: 'promised',
      before: <Amount unit={grant.unit} amount={grant.promised} />,
      after: <Amount unit={grant.unit} amount={promised} />,
      changed: promised !== grant.promised,
    },
    {
      key: 'available',
      before: <Amount unit={grant.unit} amount={grant.available} />,
      after: <Amount unit={grant.unit} amount={grant.available + (kind === 'claw-back' ? 0 : sign * (amount ?? 0))} />,
      changed: kind === 'increase',
    },
    {
      key: 'period',
      before: <Period from={grant.validFrom} until={grant.validUntil} />,
      after: <Period from={grant.validFrom} until={kind === 'extension' ? validUntil : grant.validUntil} />,
      changed: kind === 'extension' && validUntil !== grant.validUntil,
    },
    {
      key: 'frozen',
      before: t(grant.frozen ? 'change.yes' : 'change.no'),
      after: t(grant.frozen || kind === 'freeze' ? 'change.yes' : 'change.no'),
      changed: kind === 'freeze' && !grant.frozen,
    },
  ] as const;
  if (kind === 'renewal') return null;
  return (
    <div className={styles['change']}>
      <SmallTable label={t('change.title', { name: grant.name })}>
        <caption className="soft">{t('change.title', { name: grant.name })}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">{t('change.before')}</th>
            <th scope="col">{t('change.after')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, before, after, changed }) => (
            <tr key={key} className={changed ? styles['changed'] : undefined}>
              <th scope="row">{t(`change.${key}`)}</th>
              <td>{before}</td>
              <td>{changed ? <strong>{after}</strong> : after}</td>
            </tr>
          ))}
        </tbody>
      </SmallTable>
    </div>
  );
}
