import type { ReactElement, ReactNode } from 'react';
import { DropdownMenu as Radix } from 'radix-ui';
import { Check, type LucideIcon } from 'lucide-react';
import { Keys } from './keys.js';
import { usePortalTarget } from './portal.js';
import './menu.css';

/** A menu under a button. Not modal: a modal one would inject styles that the page's policy forbids. */
export const Menu = ({
  trigger,
  align = 'end',
  children,
}: {
  trigger: ReactElement;
  align?: 'start' | 'end';
  children: ReactNode;
}) => {
  const container = usePortalTarget();
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content className="menu" align={align} sideOffset={4} collisionPadding={8} loop>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
};

export const MenuItem = ({
  icon: Icon,
  label,
  keys,
  danger = false,
  disabled = false,
  onSelect,
}: {
  icon?: LucideIcon;
  label: string;
  keys?: readonly string[];
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
}) => (
  <Radix.Item className="menu-item" data-danger={danger} disabled={disabled} onSelect={onSelect}>
    {Icon ? <Icon size={16} aria-hidden /> : null}
    <span className="truncate">{label}</span>
    {keys ? <Keys keys={keys} /> : null}
  </Radix.Item>
);

export const MenuChoice = ({ label, checked, onSelect }: { label: string; checked: boolean; onSelect: () => void }) => (
  <Radix.CheckboxItem className="menu-item" checked={checked} onSelect={onSelect}>
    <span className="menu-check">{checked ? <Check size={16} aria-hidden /> : null}</span>
    <span className="truncate">{label}</span>
  </Radix.CheckboxItem>
);

export const MenuLine = () => <Radix.Separator className="menu-line" />;
export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <Radix.Label className="menu-label">{children}</Radix.Label>
);
