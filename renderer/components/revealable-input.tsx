import type { ComponentProps } from 'react';
import { Eye, EyeOff } from 'lucide-react';
import { IconButton } from './button.js';

/** An input for something secret: dots, with a button that shows it. `what` names it in that button. */
export const RevealableInput = ({
  what,
  shown,
  onShown,
  large,
  ...input
}: Omit<ComponentProps<'input'>, 'type' | 'className'> & {
  what: string;
  shown: boolean;
  onShown: (shown: boolean) => void;
  large?: boolean;
}) => (
  <div className="input-frame" data-large={large}>
    <input
      className={shown ? 'input mono' : 'input'}
      type={shown ? 'text' : 'password'}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      {...input}
    />
    <IconButton
      label={`${shown ? 'Hide' : 'Show'} ${what.toLowerCase()}`}
      icon={shown ? EyeOff : Eye}
      aria-pressed={shown}
      onClick={() => onShown(!shown)}
    />
  </div>
);
