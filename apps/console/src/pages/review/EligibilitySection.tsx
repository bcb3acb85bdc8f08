import { CheckCircleFilled, CloseCircleFilled, QuestionCircleFilled } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { Amount } from '../../components/Amount.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Period } from '../../components/Period.tsx';
import { Section } from '../../components/Section.tsx';
import { CompanyStatus, ProgrammeStatus } from '../../components/Statuses.tsx';
import type { Application, Evidence } from './application-data.ts';
import { type Condition, conditionsOf, missingAttachments } from './eligibility.ts';
import styles from './review.module.css';

const ICONS = {
  met: <CheckCircleFilled className={styles['met']} />,
  unmet: <CloseCircleFilled className={styles['unmet']} />,
  unknown: <QuestionCircleFilled className={styles['unknown']} />,
};

/** Each condition with whether it is met and what shows it. */
export function EligibilitySection({ application, evidence }: { readonly application: Application; readonly evidence: Evidence }) {
  const { t } = useTranslation('review');
  return (
    <Section title={t('eligibility.title')} flush>
      <ul className={`lines ${styles['conditions']}`}>
        {conditionsOf(application, evidence).map(({ key, met }) => {
          const state = met === undefined ? 'unknown' : met ? 'met' : 'unmet';
          return (
            <li key={key}>
              <span className={styles['icon']}>{ICONS[state]}</span>
              <span className={styles['condition']}>
                {t(`eligibility.${key}`)}
                <span className="visually-hidden">{t(`eligibility.state.${state}`)}</span>
              </span>
              <span className={styles['evidence']}>
                <Shown condition={key} application={application} evidence={evidence} />
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function Shown(props: { readonly condition: Condition['key']; readonly application: Application; readonly evidence: Evidence }) {
  const { condition, application, evidence } = props;
  const { company, programme, attachments, caps } = evidence;
  const { t } = useTranslation('review');
  if (programme === undefined || company === undefined) return null;
  switch (condition) {
    case 'programme':
      return <ProgrammeStatus status={programme.status} />;
    case 'window':
      return programme.applicationFrom === null && programme.applicationUntil === null ? (
        <>{t('eligibility.always')}</>
      ) : (
        <Period from={programme.applicationFrom} until={programme.applicationUntil} />
      );
    case 'company':
      return (
        <>
          <CompanyStatus status={company.status} /> {t('eligibility.since')} <Instant at={company.statusSince} precision="day" />
        </>
      );
    case 'incubation':
      return company.incubationFrom === null && company.incubationUntil === null ? (
        <>{t('eligibility.noIncubation')}</>
      ) : (
        <span className="tabular">
          {company.incubationFrom ?? '…'} – {company.incubationUntil ?? '…'}
        </span>
      );
    case 'period':
      return <Period from={programme.validFrom} until={programme.validUntil} />;
    case 'attachments': {
      const missing = missingAttachments(evidence);
      return (
        <>
          {missing.length > 0
            ? t('eligibility.missing', { names: missing.join('、') })
            : t('eligibility.attached', { number: attachments?.length ?? 0 })}
        </>
      );
    }
    case 'budget':
      return programme.unpromised === undefined ? (
        <>{t('eligibility.ofPark')}</>
      ) : (
        <>
          {t('eligibility.unpromised')} <Amount unit={programme.unit} amount={programme.unpromised} />
        </>
      );
    case 'cap':
      return (
        <>
          <Amount unit={programme.unit} amount={caps?.find(({ programmeId }) => programmeId === application.programmeId)?.paid ?? 0} /> /{' '}
          <Amount unit={programme.unit} amount={programme.capPerTenant} />
        </>
      );
  }
}
