import { Navigate } from '@tanstack/react-router';
import { useMe } from '../../api/session.ts';
import { landingPage } from '../../app/shell/navigation-items.tsx';

/** Leads a person to what their role does most. */
export function StartPage() {
  return <Navigate to={landingPage(useMe())} replace />;
}
