import { createElement } from 'react';
import {
  CircleAlert,
  CircleCheck,
  CirclePause,
  FileDown,
  FileUp,
  Play,
  ShieldCheck,
  X,
  type LucideIcon,
} from 'lucide-react';
import type { Transfer } from '../../../app/model/project.js';
import { IconButton } from '../../components/button.js';
import { ProgressBar } from '../../components/progress.js';
import { baseName } from '../../state/file-tree.js';
import { formatBytes, formatCount, formatRemaining } from '../../state/format.js';
import {
  cancelTransfer,
  dismissTransfer,
  fractionOf,
  isUnderWay,
  rateOf,
  resumeTransfer,
  useTransfers,
} from '../../state/transfers.js';

const kindIcons: Readonly<Record<Transfer['kind'], LucideIcon>> = {
  upload: FileUp,
  save: FileDown,
  verify: ShieldCheck,
};
const doneWords: Readonly<Record<Transfer['kind'], string>> = {
  upload: 'Encrypted',
  save: 'Saved',
  verify: 'Verified',
};

const iconOf = ({ kind, state, failedFiles }: Transfer): LucideIcon => {
  if (state === 'failed' || failedFiles > 0) return CircleAlert;
  if (state === 'interrupted' || state === 'cancelled') return CirclePause;
  return state === 'done' ? CircleCheck : kindIcons[kind];
};

/** One line under the bar: how far, how fast, how long; or how it ended. */
const lineOf = (transfer: Transfer, rate: number | null): string => {
  const { state, files, filesDone, bytes, bytesDone, failedFiles } = transfer;
  const failed = failedFiles > 0 ? `${formatCount(failedFiles, 'file')} failed` : '';
  const join = (...parts: string[]) => parts.filter((part) => part !== '').join(' · ');
  if (state === 'waiting') return join('Waiting', formatCount(files, 'file'));
  if (state === 'cancelled') return 'Cancelled. What was finished stays.';
  if (state === 'interrupted') return join('Interrupted', `${formatBytes(bytesDone)} of ${formatBytes(bytes)} done`);
  if (state !== 'running')
    return join(`${doneWords[transfer.kind]} ${formatCount(filesDone, 'file')}`, formatBytes(bytesDone), failed);
  const speed = rate !== null && rate > 0 ? `${formatBytes(rate)}/s` : '';
  const left = rate !== null && rate > 0 ? formatRemaining((bytes - bytesDone) / rate) : '';
  const count = `${filesDone.toLocaleString('en')} of ${formatCount(files, 'file')}`;
  return join(files > 1 ? count : `${formatBytes(bytesDone)} of ${formatBytes(bytes)}`, speed, left, failed);
};

const Current = ({ transfer }: { transfer: Transfer }) =>
  transfer.state === 'running' && transfer.files > 1 ? (
    <ul className="transfer-files" aria-label="Files at work">
      {transfer.current.map((file) => (
        <li key={file.path}>
          <span className="truncate small" title={file.path}>
            {baseName(file.path)}
          </span>
          <ProgressBar label={file.path} fraction={file.bytes > 0 ? Math.min(1, file.bytesDone / file.bytes) : 0} />
        </li>
      ))}
    </ul>
  ) : null;

const Failures = ({ transfer }: { transfer: Transfer }) =>
  transfer.failures.length > 0 ? (
    <details className="transfer-failures">
      <summary>What failed</summary>
      <ul>
        {transfer.failures.map((failure) => (
          <li key={failure.path}>
            <span className="truncate" title={failure.path}>
              {failure.path}
            </span>
            <span className="quiet">{failure.message}</span>
          </li>
        ))}
        {transfer.failedFiles > transfer.failures.length ? (
          <li className="quiet">and {(transfer.failedFiles - transfer.failures.length).toLocaleString('en')} more</li>
        ) : null}
      </ul>
    </details>
  ) : null;

export const TransferCard = ({ transfer }: { transfer: Transfer }) => {
  const samples = useTransfers((state) => state.samples.get(transfer.id));
  const underWay = isUnderWay(transfer);
  const bad = transfer.state === 'failed' || transfer.failedFiles > 0;
  return (
    <li className="transfer" data-state={transfer.state} data-bad={bad}>
      {createElement(iconOf(transfer), { size: 16, 'aria-hidden': true })}
      <div className="transfer-text">
        <p className="truncate" title={transfer.label}>
          {transfer.label}
        </p>
        {underWay || transfer.state === 'interrupted' ? (
          <ProgressBar label={transfer.label} fraction={fractionOf(transfer)} />
        ) : null}
        <p className="quiet small transfer-line">{lineOf(transfer, rateOf(samples ?? []))}</p>
        <Current transfer={transfer} />
        <Failures transfer={transfer} />
      </div>
      {transfer.state === 'interrupted' ? (
        <IconButton label={`Resume ${transfer.label}`} icon={Play} onClick={() => void resumeTransfer(transfer.id)} />
      ) : null}
      <IconButton
        label={underWay ? `Cancel ${transfer.label}` : `Dismiss ${transfer.label}`}
        icon={X}
        onClick={() => void (underWay ? cancelTransfer(transfer.id) : dismissTransfer(transfer.id))}
      />
    </li>
  );
};
