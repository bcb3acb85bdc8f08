import { Popover } from 'antd';
import type { ReactElement, ReactNode } from 'react';

interface BarPopoverProps {
  readonly title?: ReactNode;
  readonly content: ReactNode;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** The button that opens it. */
  readonly children: ReactElement;
}

/** What a button of the top bar opens. It follows the button in the page, so that the Tab key goes from the button into it. */
export function BarPopover({ title, content, open, onOpenChange, children }: BarPopoverProps) {
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={title}
      content={content}
      open={open}
      onOpenChange={onOpenChange}
      destroyOnHidden
      getPopupContainer={(button) => button.parentElement ?? document.body}
    >
      {children}
    </Popover>
  );
}
