import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { X } from 'lucide-react';
import { IconButton } from './button.js';
import { PortalTarget } from './portal.js';
import './dialog.css';

/** The platform's own modal dialog: it traps the focus, makes the rest inert, and gives the focus back. */
export const Modal = ({
  label,
  className = '',
  onClose,
  children,
}: {
  label: string;
  className?: string;
  onClose: () => void;
  children: ReactNode;
}) => {
  const ref = useRef<HTMLDialogElement>(null);
  const [target, setTarget] = useState<HTMLElement | null>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // The browser would focus the close button: what the dialog is for comes first.
    dialog?.querySelector<HTMLElement>('[data-first], input, select, textarea')?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog ${className}`}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <PortalTarget value={target}>{children}</PortalTarget>
      <div ref={setTarget} />
    </dialog>
  );
};

/** A dialog with a title, a body and its buttons. */
export const Dialog = ({
  title,
  onClose,
  onSubmit,
  footer,
  children,
}: {
  title: string;
  onClose: () => void;
  onSubmit?: () => void;
  footer?: ReactNode;
  children: ReactNode;
}) => (
  <Modal label={title} onClose={onClose}>
    <form
      className="dialog-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit?.();
      }}
    >
      <header className="dialog-head">
        <h2>{title}</h2>
        <IconButton label="Close" icon={X} onClick={onClose} />
      </header>
      <div className="dialog-body">{children}</div>
      {footer ? <footer className="dialog-foot">{footer}</footer> : null}
    </form>
  </Modal>
);
