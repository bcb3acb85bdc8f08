import {
  SettingOutlined,
  UsergroupAddOutlined,
  WalletOutlined,
  HomeOutlined,
  GiftOutlined,
  AuditOutlined,
  BankOutlined,
  CalendarOutlined,
  ClusterOutlined,
  AreaChartOutlined,
  CodeOutlined,
  DashboardOutlined,
  DiffOutlined,
  FileTextOutlined,
  FundOutlined,
  IdcardOutlined,
  KeyOutlined,
  OrderedListOutlined,
  PlusSquareOutlined,
  ProfileOutlined,
  SafetyCertificateOutlined,
  SyncOutlined,
  TagsOutlined,
  TeamOutlined,
  ThunderboltOutlined,
  UserSwitchOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { Action, Me } from '../../api/session.ts';

/** A page of the navigation. It is shown to whoever may take its action, in its capacity. */
export interface NavigationItem {
  readonly to:
    | '/months'
    | '/statements'
    | '/settlements'
    | '/transfers'
    | '/reconciliation'
    | '/keys'
    | '/jobs'
    | '/review'
    | '/programmes'
    | '/companies'
    | '/decisions'
    | '/audit'
    | '/submit'
    | '/prices'
    | '/limits'
    | '/users'
    | '/cluster'
    | '/utilisation'
    | '/loops'
    | '/incidents'
    | '/queue'
    | '/home'
    | '/members'
    | '/account'
    | '/applications'
    | '/grants'
    | '/wallet';
  readonly label:
    | 'months'
    | 'statements'
    | 'settlements'
    | 'transfers'
    | 'reconciliation'
    | 'keys'
    | 'jobs'
    | 'review'
    | 'programmes'
    | 'companies'
    | 'decisions'
    | 'audit'
    | 'submit'
    | 'prices'
    | 'limits'
    | 'users'
    | 'cluster'
    | 'utilisation'
    | 'loops'
    | 'incidents'
    | 'queue'
    | 'home'
    | 'members'
    | 'account'
    | 'applications'
    | 'grants'
    | 'wallet';
  readonly icon: ReactNode;
  readonly action: Action;
  /** Whether it is a page of a company's people, of the park's people, or of both. */
  readonly audience: 'company' | 'park' | 'both';
}

export interface NavigationGroup {
  readonly key: 'work' | 'money' | 'park' | 'finance' | 'operation' | 'account';
  readonly items: readonly NavigationItem[];
}

export const NAVIGATION: readonly NavigationGroup[] = [
  {
    key: 'work',
    items: [
      { to: '/home', label: 'home', icon: <HomeOutlined />, action: 'wallet.read', audience: 'company' },
      { to: '/submit', label: 'submit', icon: <PlusSquareOutlined />, action: 'job.write', audience: 'company' },
      { to: '/jobs', label: 'jobs', icon: <CodeOutlined />, action: 'job.read', audience: 'both' },
      { to: '/utilisation', label: 'utilisation', icon: <AreaChartOutlined />, action: 'utilisation.read', audience: 'both' },
    ],
  },
  {
    key: 'money',
    items: [
      { to: '/applications', label: 'applications', icon: <FileTextOutlined />, action: 'application.write', audience: 'company' },
      { to: '/grants', label: 'grants', icon: <GiftOutlined />, action: 'grant.read', audience: 'company' },
      { to: '/wallet', label: 'wallet', icon: <WalletOutlined />, action: 'wallet.read', audience: 'company' },
      { to: '/statements', label: 'statements', icon: <FileTextOutlined />, action: 'statement.read', audience: 'company' },
    ],
  },
  {
    key: 'park',
    items: [
      { to: '/review', label: 'review', icon: <AuditOutlined />, action: 'application.read', audience: 'park' },
      { to: '/programmes', label: 'programmes', icon: <FundOutlined />, action: 'programme.read', audience: 'park' },
      { to: '/companies', label: 'companies', icon: <TeamOutlined />, action: 'company.read', audience: 'park' },
      { to: '/prices', label: 'prices', icon: <TagsOutlined />, action: 'catalog.read', audience: 'park' },
      { to: '/limits', label: 'limits', icon: <DashboardOutlined />, action: 'wallet.read', audience: 'park' },
      { to: '/decisions', label: 'decisions', icon: <UserSwitchOutlined />, action: 'decision.read', audience: 'park' },
      { to: '/users', label: 'users', icon: <IdcardOutlined />, action: 'user.manage', audience: 'park' },
      { to: '/audit', label: 'audit', icon: <SafetyCertificateOutlined />, action: 'audit.read', audience: 'park' },
    ],
  },
  {
    key: 'operation',
    items: [
      { to: '/cluster', label: 'cluster', icon: <ClusterOutlined />, action: 'cluster.read', audience: 'park' },
      { to: '/queue', label: 'queue', icon: <OrderedListOutlined />, action: 'cluster.read', audience: 'park' },
      { to: '/incidents', label: 'incidents', icon: <ThunderboltOutlined />, action: 'incident.read', audience: 'park' },
      { to: '/loops', label: 'loops', icon: <SyncOutlined />, action: 'loop.read', audience: 'park' },
    ],
  },
  {
    key: 'finance',
    items: [
      { to: '/months', label: 'months', icon: <CalendarOutlined />, action: 'month.read', audience: 'park' },
      { to: '/settlements', label: 'settlements', icon: <ProfileOutlined />, action: 'month.read', audience: 'park' },
      { to: '/transfers', label: 'transfers', icon: <BankOutlined />, action: 'transfer.read', audience: 'park' },
      { to: '/reconciliation', label: 'reconciliation', icon: <DiffOutlined />, action: 'reconciliation.read', audience: 'park' },
      { to: '/keys', label: 'keys', icon: <KeyOutlined />, action: 'month.read', audience: 'park' },
    ],
  },
  {
    key: 'account',
    items: [
      { to: '/members', label: 'members', icon: <UsergroupAddOutlined />, action: 'member.read', audience: 'company' },
      { to: '/account', label: 'account', icon: <SettingOutlined />, action: 'self', audience: 'both' },
    ],
  },
];

/** The groups and pages that `me` sees in the present capacity. */
export function navigationOf(me: Me): NavigationGroup[] {
  const capacity = me.companyId === undefined ? 'park' : 'company';
  return NAVIGATION.map(({ key, items }) => ({
    key,
    items: items.filter(({ action, audience }) => me.actions.includes(action) && (audience === 'both' || audience === capacity)),
  })).filter(({ items }) => items.length > 0);
}

/** Where a person of each role begins: with what they do most. */
export function landingPage({ actions, roles, companyId }: Me): NavigationItem['to'] {
  if (companyId !== undefined) return '/home';
  if (actions.includes('month.read') && actions.includes('statement.close')) return '/months';
  if (roles.includes('auditor')) return '/audit';
  if (actions.includes('application.review') || actions.includes('application.decide')) return '/review';
  return actions.includes('cluster.manage') ? '/cluster' : '/jobs';
}
