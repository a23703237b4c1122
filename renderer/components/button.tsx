import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import type { LucideIcon } from 'lucide-react';
import { Tooltip } from './tooltip.js';
import './button.css';

type Common = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type'> & { ref?: Ref<HTMLButtonElement> };

export type ButtonLook = 'plain' | 'primary' | 'danger' | 'quiet';

/** A button with words. One `primary` per view: what a person most likely came for. */
export const Button = ({
  look = 'plain',
  icon: Icon,
  submit = false,
  children,
  className = '',
  ...rest
}: Common & { look?: ButtonLook; icon?: LucideIcon; submit?: boolean; children: ReactNode }) => (
  <button type={submit ? 'submit' : 'button'} className={`button button-${look} ${className}`} {...rest}>
    {Icon ? <Icon size={16} aria-hidden /> : null}
    {children}
  </button>
);

/** A button that is an icon; its label is its accessible name and its tooltip. */
export const IconButton = ({
  label,
  keys,
  icon: Icon,
  size = 16,
  className = '',
  ...rest
}: Common & { label: string; keys?: readonly string[]; icon: LucideIcon; size?: number }) => (
  <Tooltip text={label} {...(keys ? { keys } : {})}>
    <button type="button" className={`icon-button ${className}`} aria-label={label} {...rest}>
      <Icon size={size} aria-hidden />
    </button>
  </Tooltip>
);
