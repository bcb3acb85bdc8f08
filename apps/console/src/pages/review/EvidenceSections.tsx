import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useProgrammes } from '../../api/everything.ts';
import { Amount } from '../../components/Amount.tsx';
import { BudgetBar } from '../../components/BudgetBar.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Instant } from '../../components/Instant.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Period } from '../../components/Period.tsx';
import { Section } from '../../components/Section.tsx';
import { ApplicationStatus, CompanyStatus, GrantStatus } from '../../components/Statuses.tsx';
import { formatBasisPoints } from '../../app/format.ts';
import type { Application, Evidence } from './application-data.ts';
import { overlaps, promises } from './eligibility.ts';
import { SmallTable } from '../../components/SmallTable.tsx';
import styles from './review.module.css';

interface EvidenceProps {
  readonly application: Application;
  readonly evidence: Evidence;
}

/** The programme's budget with what this application would take of it, and its terms. */
export function BudgetSection({ application, evidence: { programme } }: EvidenceProps) {
  const { t } = useTranslation('review');
  if (programme === undefined) return <Loading lines={3} />;
  const { unit, appropriated = 0, unpromised = 0 } = programme;
  return (
    <Section
      title={t('budget.title')}
      actions={
        <Link to="/programmes/$id" params={{ id: programme.id }}>
          {programme.name}
        </Link>
      }
    >
      <BudgetBar
        unit={unit}
        appropriated={appropriated}
        promised={appropriated - unpromised}
        asked={promises(application) ? (application.approval === null ? (application.amount ?? 0) : 0) : 0}
      />
      <div className={styles['below']}>
        <Facts
          facts={[
            { label: t('budget.coverage'), value: formatBasisPoints(programme.coverageBp) },
            { label: t('budget.classes'), value: programme.classes.join(' · ') },
            { label: t('budget.capPerCompany'), value: <Limit unit={unit} amount={programme.capPerTenant} /> },
            { label: t('budget.monthlyCap'), value: <Limit unit={unit} amount={programme.monthlyCapPerTenant} /> },
            { label: t('budget.secondApproval'), value: <Limit unit={unit} amount={programme.secondApprovalAbove} /> },
          ]}
        />
      </div>
    </Section>
  );
}

function Limit({ unit, amount }: { readonly unit: 'CNY' | 'GPU_SECONDS'; readonly amount: number | null }) {
  const { t } = useTranslation('review');
  return amount === null ? <span className="soft">{t('budget.none')}</span> : <Amount unit={unit} amount={amount} />;
}

/** Whom the application comes from, and whom it must not be decided by. */
export function CompanySection({ application, evidence: { company, members } }: EvidenceProps) {
  const { t } = useTranslation(['review', 'common']);
  if (company === undefined) return <Loading lines={3} />;
  return (
    <Section title={t('company.title')}>
      <Facts
        facts={[
          { label: t('company.name'), value: company.name },
          { label: t('company.creditCode'), value: <span className="mono">{company.creditCode}</span> },
          { label: t('company.status'), value: <CompanyStatus status={company.status} /> },
          {
            label: t('company.incubation'),
            value: (
              <span className="tabular">
                {company.incubationFrom === null && company.incubationUntil === null
                  ? '—'
                  : `${company.incubationFrom ?? '…'} – ${company.incubationUntil ?? '…'}`}
              </span>
            ),
          },
          {
            label: t('company.contact'),
            value: [application.contactName, application.contactPhone].filter((part) => part !== '').join(' ') || '—',
          },
          {
            label: t('company.members'),
            value: members?.map(({ name, role }) => `${name} · ${t(`common:role.${role}`)}`).join(t('common:separator')) ?? '—',
            wide: true,
          },
          { label: t('company.relations'), value: t('company.relationsHint'), wide: true },
        ]}
      />
    </Section>
  );
}

/** The company's other grants: which are valid at the same time for the same GPU classes. */
export function GrantsSection({ application, evidence: { grants, programme } }: EvidenceProps) {
  const { t } = useTranslation('review');
  const programmes = useProgrammes();
  if (grants === undefined) return <Loading lines={3} />;
  return (
    <Section title={t('grants.title')} flush>
      {grants.length === 0 ? (
        <Empty title={t('grants.none')} />
      ) : (
        <SmallTable label={t('grants.title')} flush>
          <thead>
            <tr>
              <th scope="col" className="start">
                {t('grants.grant')}
              </th>
              <th scope="col" className="start">
                {t('grants.status')}
              </th>
              <th scope="col" className="start">
                {t('grants.period')}
              </th>
              <th scope="col">{t('grants.available')}</th>
              <th scope="col" className="start">
                {t('grants.overlap')}
              </th>
            </tr>
          </thead>
          <tbody>
            {grants.map((grant) => {
              const classes = programmes?.get(grant.programmeId)?.classes.filter((code) => programme?.classes.includes(code) === true);
              const both = grant.id !== application.grantId && overlaps(grant, application) && (classes?.length ?? 0) > 0;
              return (
                <tr key={grant.id}>
                  <td className="start">
                    <span className="name" dir="auto" title={grant.name}>
                      {grant.name}
                    </span>
                    {grant.id === application.grantId && <span className="soft"> · {t('grants.subject')}</span>}
                  </td>
                  <td className="start">
                    <GrantStatus status={grant.status} />
                  </td>
                  <td className="start">
                    <Period from={grant.validFrom} until={grant.validUntil} />
                  </td>
                  <td>
                    <Amount unit={grant.unit} amount={grant.available} />
                  </td>
                  <td className="start">
                    {both ? t('grants.overlaps', { classes: classes?.join(' · ') }) : <span className="soft">{t('grants.apart')}</span>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </SmallTable>
      )}
    </Section>
  );
}

/** What the company asked for before, and how it was decided. */
export function HistorySection({ application, evidence: { applications } }: EvidenceProps) {
  const { t } = useTranslation(['review', 'common']);
  const programmes = useProgrammes();
  const earlier = useMemo(() => applications?.filter(({ id }) => id !== application.id), [applications, application.id]);
  if (earlier === undefined) return <Loading lines={3} />;
  return (
    <Section title={t('history.title')} flush>
      {earlier.length === 0 ? (
        <Empty title={t('history.none')} />
      ) : (
        <SmallTable label={t('history.title')} flush>
          <thead>
            <tr>
              <th scope="col" className="start">
                {t('history.submitted')}
              </th>
              <th scope="col" className="start">
                {t('history.kind')}
              </th>
              <th scope="col" className="start">
                {t('history.programme')}
              </th>
              <th scope="col">{t('history.asked')}</th>
              <th scope="col">{t('history.approved')}</th>
              <th scope="col" className="start">
                {t('history.status')}
              </th>
            </tr>
          </thead>
          <tbody>
            {earlier.map(({ id, submittedAt, kind, programmeId, amount, approval, status }) => (
              <tr key={id}>
                <td className="start">
                  <Link to="/review/$id" params={{ id }}>
                    <Instant at={submittedAt} precision="day" />
                  </Link>
                </td>
                <td className="start">{t(`common:applicationKind.${kind}`)}</td>
                <td className="start">
                  <span className="name" dir="auto" title={programmes?.get(programmeId)?.name}>
                    {programmes?.get(programmeId)?.name ?? '—'}
                  </span>
                </td>
                <td>
                  <Amount unit={programmes?.get(programmeId)?.unit ?? 'CNY'} amount={amount} />
                </td>
                <td>
                  <Amount unit={programmes?.get(programmeId)?.unit ?? 'CNY'} amount={approval?.amount} />
                </td>
                <td className="start">
                  <ApplicationStatus status={status} />
                </td>
              </tr>
            ))}
          </tbody>
        </SmallTable>
      )}
    </Section>
  );
}
