import type { ReactElement, ReactNode } from 'react';
import { Tooltip as Radix } from 'radix-ui';
import { Keys } from './keys.js';
import { usePortalTarget } from './portal.js';
import './tooltip.css';

export const TooltipProvider = ({ children }: { children: ReactNode }) => (
  <Radix.Provider delayDuration={500} skipDelayDuration={200} disableHoverableContent>
    {children}
  </Radix.Provider>
);

export const Tooltip = ({
  text,
  keys,
  children,
}: {
  text: string;
  keys?: readonly string[];
  children: ReactElement;
}) => {
  const container = usePortalTarget();
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content className="tooltip" sideOffset={4} collisionPadding={8}>
          {text}
          {keys ? <Keys keys={keys} /> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
};
