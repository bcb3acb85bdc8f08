import { Drawer } from 'antd';
import { Navigation } from './Navigation.tsx';

interface NavigationDrawerProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** The navigation of a narrow screen. */
export function NavigationDrawer({ open, onClose }: NavigationDrawerProps) {
  return (
    <Drawer placement="left" size={256} open={open} onClose={onClose} styles={{ body: { padding: 0 } }}>
      <Navigation onNavigate={onClose} />
    </Drawer>
  );
}
