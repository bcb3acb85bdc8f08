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
  ExperimentOutlined,
  FileTextOutlined,
  FundOutlined,
  IdcardOutlined,
  KeyOutlined,
  LockOutlined,
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

interface Item {
  /** Its path, without the slash, by which its text is called too. */
  readonly page: string;
  readonly icon: ReactNode;
  /** Whoever may take it sees the page, in its capacity. */
  readonly action: Action;
  /** Whether it is a page of a company's people, of the park's people, or of both. */
  readonly audience: 'company' | 'park' | 'both';
}

const NAVIGATION = [
  {
    key: 'work',
    items: [
      { page: 'home', icon: <HomeOutlined />, action: 'wallet.read', audience: 'company' },
      { page: 'submit', icon: <PlusSquareOutlined />, action: 'job.write', audience: 'company' },
      { page: 'jobs', icon: <CodeOutlined />, action: 'job.read', audience: 'both' },
      { page: 'secrets', icon: <LockOutlined />, action: 'secret.read', audience: 'company' },
      { page: 'utilisation', icon: <AreaChartOutlined />, action: 'utilisation.read', audience: 'both' },
    ],
  },
  {
    key: 'money',
    items: [
      { page: 'applications', icon: <FileTextOutlined />, action: 'application.write', audience: 'company' },
      { page: 'grants', icon: <GiftOutlined />, action: 'grant.read', audience: 'company' },
      { page: 'wallet', icon: <WalletOutlined />, action: 'wallet.read', audience: 'company' },
      { page: 'statements', icon: <FileTextOutlined />, action: 'statement.read', audience: 'company' },
    ],
  },
  {
    key: 'park',
    items: [
      { page: 'review', icon: <AuditOutlined />, action: 'application.read', audience: 'park' },
      { page: 'programmes', icon: <FundOutlined />, action: 'programme.read', audience: 'park' },
      { page: 'companies', icon: <TeamOutlined />, action: 'company.read', audience: 'park' },
      { page: 'prices', icon: <TagsOutlined />, action: 'catalog.read', audience: 'park' },
      { page: 'limits', icon: <DashboardOutlined />, action: 'wallet.read', audience: 'park' },
      { page: 'what-if', icon: <ExperimentOutlined />, action: 'what-if.read', audience: 'park' },
      { page: 'decisions', icon: <UserSwitchOutlined />, action: 'decision.read', audience: 'park' },
      { page: 'users', icon: <IdcardOutlined />, action: 'user.manage', audience: 'park' },
      { page: 'audit', icon: <SafetyCertificateOutlined />, action: 'audit.read', audience: 'park' },
    ],
  },
  {
    key: 'operation',
    items: [
      { page: 'cluster', icon: <ClusterOutlined />, action: 'cluster.read', audience: 'park' },
      { page: 'queue', icon: <OrderedListOutlined />, action: 'cluster.read', audience: 'park' },
      { page: 'incidents', icon: <ThunderboltOutlined />, action: 'incident.read', audience: 'park' },
      { page: 'loops', icon: <SyncOutlined />, action: 'loop.read', audience: 'park' },
    ],
  },
  {
    key: 'finance',
    items: [
      { page: 'months', icon: <CalendarOutlined />, action: 'month.read', audience: 'park' },
      { page: 'settlements', icon: <ProfileOutlined />, action: 'month.read', audience: 'park' },
      { page: 'transfers', icon: <BankOutlined />, action: 'transfer.read', audience: 'park' },
      { page: 'reconciliation', icon: <DiffOutlined />, action: 'reconciliation.read', audience: 'park' },
      { page: 'keys', icon: <KeyOutlined />, action: 'month.read', audience: 'park' },
    ],
  },
  {
    key: 'account',
    items: [
      { page: 'members', icon: <UsergroupAddOutlined />, action: 'member.read', audience: 'company' },
      { page: 'account', icon: <SettingOutlined />, action: 'self', audience: 'both' },
    ],
  },
] as const satisfies readonly { readonly key: string; readonly items: readonly Item[] }[];

type Group = (typeof NAVIGATION)[number];
/** A page of the navigation. */
export type NavigationItem = Group['items'][number];

/** The groups and pages that `me` sees in the present capacity. */
export function navigationOf(me: Me): { readonly key: Group['key']; readonly items: readonly NavigationItem[] }[] {
  const capacity = me.companyId === undefined ? 'park' : 'company';
  return NAVIGATION.map(({ key, items }) => ({
    key,
    items: (items as readonly NavigationItem[]).filter(
      ({ action, audience }) => me.actions.includes(action) && (audience === 'both' || audience === capacity),
    ),
  })).filter(({ items }) => items.length > 0);
}

/** Where a person of each role begins: with what they do most. */
export function landingPage({ actions, roles, companyId }: Me): `/${NavigationItem['page']}` {
  if (companyId !== undefined) return '/home';
  if (actions.includes('month.read') && actions.includes('statement.close')) return '/months';
  if (roles.includes('auditor')) return '/audit';
  if (actions.includes('application.review') || actions.includes('application.decide')) return '/review';
  return actions.includes('cluster.manage') ? '/cluster' : '/jobs';
}
