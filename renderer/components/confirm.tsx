import type { ReactNode } from 'react';
import { Button } from './button.js';
import { Dialog } from './dialog.js';

/** Asks before what cannot be undone; Cancel has the focus. */
export const Confirm = ({
  title,
  yes,
  onYes,
  onClose,
  children,
}: {
  title: string;
  yes: string;
  onYes: () => void;
  onClose: () => void;
  children: ReactNode;
}) => (
  <Dialog
    title={title}
    onClose={onClose}
    footer={
      <>
        <Button data-first onClick={onClose}>
          Cancel
        </Button>
        <Button
          look="danger"
          onClick={() => {
            onClose();
            onYes();
          }}
        >
          {yes}
        </Button>
      </>
    }
  >
    <p>{children}</p>
  </Dialog>
);
