import { useEffect, useState } from 'react';
import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { dismiss, sweep, useToasts, type Toast } from '../state/toasts.js';
import { Button, IconButton } from './button.js';
import './toasts.css';

const useSecondTick = (on: boolean): number => {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!on) return undefined;
    const timer = setInterval(() => {
      setNow(Date.now());
      sweep(Date.now());
    }, 500);
    return () => clearInterval(timer);
  }, [on]);
  return now;
};

const ToastCard = ({ toast, now }: { toast: Toast; now: number }) => {
  const Icon = toast.kind === 'failed' ? CircleAlert : CircleCheck;
  const secondsLeft =
    toast.clearsAt === undefined
      ? null
      : Math.max(0, Math.ceil((toast.clearsAt - Math.max(now, toast.shownAt)) / 1000));
  const { action } = toast;
  return (
    <li className="toast" data-kind={toast.kind} data-code={toast.code}>
      <Icon size={16} aria-hidden />
      <div className="toast-text" role={toast.kind === 'failed' ? 'alert' : undefined}>
        <p>{toast.text}</p>
        {toast.more ? <p className="quiet">{toast.more}</p> : null}
      </div>
      {secondsLeft === null ? null : (
        <span className="quiet small toast-left" aria-hidden>
          {secondsLeft > 0 ? `clears in ${secondsLeft} s` : 'cleared'}
        </span>
      )}
      {action ? (
        <Button
          look="quiet"
          onClick={() => {
            dismiss(toast.id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      ) : null}
      <IconButton label="Dismiss" icon={X} onClick={() => dismiss(toast.id)} />
    </li>
  );
};

export const Toasts = () => {
  const toasts = useToasts((state) => state.toasts);
  const now = useSecondTick(toasts.length > 0);
  return (
    <section aria-label="Messages" className="toasts">
      <div role="status">
        <ul>
          {toasts.map((toast) => (
            <ToastCard key={toast.id} toast={toast} now={now} />
          ))}
        </ul>
      </div>
    </section>
  );
};
