import { Copy } from 'lucide-react';
import { toast } from '../state/toasts.js';
import { Button, IconButton } from './button.js';
import { copyText } from './copy-text.js';

const copy = (label: string, text: string) =>
  copyText(text)
    ? toast({ kind: 'done', text: `${label} copied` })
    : toast({ kind: 'failed', text: `${label} could not be copied`, more: 'Select the text and copy it by hand.' });

/** Copies text that is no secret. */
export const CopyButton = ({ label, text, words = false }: { label: string; text: string; words?: boolean }) =>
  words ? (
    <Button icon={Copy} aria-label={`Copy ${label.toLowerCase()}`} onClick={() => copy(label, text)}>
      Copy
    </Button>
  ) : (
    <IconButton label={`Copy ${label.toLowerCase()}`} icon={Copy} onClick={() => copy(label, text)} />
  );
