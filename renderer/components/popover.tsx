import type { ReactElement, ReactNode } from 'react';
import { Popover as Radix } from 'radix-ui';
import { usePortalTarget } from './portal.js';
import './menu.css';
import './popover.css';

/** Focuses what the popover is for, not the first button in it, whose tooltip would open. */
const focusFirst = (event: Event): void => {
  const first = event.target instanceof HTMLElement ? event.target.querySelector<HTMLElement>('[data-first]') : null;
  if (!first) return;
  event.preventDefault();
  first.focus();
};

export const Popover = ({
  label,
  trigger,
  open,
  onOpenChange,
  align = 'end',
  side = 'bottom',
  children,
}: {
  label: string;
  trigger: ReactElement;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  align?: 'start' | 'end';
  side?: 'bottom' | 'top' | 'right';
  children: ReactNode;
}) => {
  const container = usePortalTarget();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content
          className="popover"
          aria-label={label}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={focusFirst}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
};
