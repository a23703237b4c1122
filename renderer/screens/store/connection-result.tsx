import { useEffect, useRef } from 'react';
import { Ban, Check, CircleCheck, DoorOpen, Minus, TriangleAlert, X, type LucideIcon } from 'lucide-react';
import type { ConnectionCheck } from '../../../app/model/store.js';
import { useBucket } from '../../state/bucket-form.js';
import { prospectOf, type Prospect } from '../../state/bucket-values.js';
import { Note } from '../people/account-notes.js';
import type { Purpose } from './purpose.js';

type Step = ConnectionCheck['steps'][number];

const stepNames: Readonly<Record<Step['step'], string>> = {
  reach: 'Reach the server',
  'sign-in': 'Sign in',
  list: 'List what is there',
  write: 'Write',
  'create-if-absent': 'Never overwrite',
  read: 'Read',
  range: 'Read a part',
  delete: 'Delete',
};

/** Keys that may not write are no fault: only what they may not is told apart from what is broken. */
type Look = 'ok' | 'failed' | 'denied' | 'skipped';
const lookOf = ({ step, outcome }: Step, readOnly: boolean): Look =>
  outcome === 'failed' && readOnly && step === 'write' ? 'denied' : outcome;

const looks: Readonly<Record<Look, readonly [LucideIcon, string]>> = {
  ok: [Check, 'works'],
  failed: [X, 'failed'],
  denied: [Ban, 'not allowed'],
  skipped: [Minus, 'not tried'],
};

const StepLine = ({ step, readOnly }: { step: Step; readOnly: boolean }) => {
  const look = lookOf(step, readOnly);
  const [Icon, word] = looks[look];
  return (
    <li className="step-line" data-look={look} data-wide={step.message !== ''}>
      <Icon size={14} strokeWidth={2.5} aria-hidden />
      <div>
        <span>{stepNames[step.step]}</span>
        <span className="visually-hidden">: {word}</span>
        {step.message === '' ? null : <p className="selectable">{step.message}</p>}
      </div>
    </li>
  );
};

type Told = readonly [look: 'plain' | 'warn', icon: LucideIcon, title: string, text: string];

const setUpWords: Readonly<Record<Prospect, Told | null>> = {
  new: ['plain', CircleCheck, 'Everything works', 'Nothing is there yet: your vault will be the first.'],
  join: [
    'plain',
    DoorOpen,
    'A vault is already there',
    'You will join it. If you are in it already, your passphrase opens it on this computer.',
  ],
  look: [
    'warn',
    TriangleAlert,
    'These keys may only read',
    'You can open a vault here that you are in already, and read all of it. Nothing can be changed, and joining as somebody new needs keys that may write.',
  ],
  nothing: null,
};

const moveWords: Readonly<Record<Prospect, Told | null>> = {
  new: ['plain', CircleCheck, 'Everything works', 'Nothing is there yet, so the vault can move in.'],
  join: [
    'warn',
    TriangleAlert,
    'Something is already there',
    'If it is this vault from a move that was interrupted, the move goes on. Any other vault is left untouched.',
  ],
  look: ['warn', TriangleAlert, 'These keys may only read', 'A move needs keys that may write.'],
  nothing: null,
};

const readOnlyAndEmpty: Told = [
  'warn',
  TriangleAlert,
  'These keys may only read',
  'No vault is in this place yet, and making one needs keys that may write.',
];

const toldOf = (check: ConnectionCheck, purpose: Purpose): Told | null =>
  (purpose === 'move' ? moveWords : setUpWords)[prospectOf(check)] ??
  (check.readOnly && !check.holdsVault ? readOnlyAndEmpty : null);

const Verdict = ({ check, purpose }: { check: ConnectionCheck; purpose: Purpose }) => {
  const told = toldOf(check, purpose);
  if (!told) return null;
  const [look, icon, title, text] = told;
  return (
    <Note look={look} icon={icon} title={title}>
      <p>{text}</p>
    </Note>
  );
};

/** What the test found, step by step, and what it means for what the person came for. */
export const ConnectionResult = ({ purpose }: { purpose: Purpose }) => {
  const { check, testing } = useBucket();
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!check && !testing) return;
    end.current?.scrollIntoView({ block: 'nearest' });
    end.current?.closest('form')?.lastElementChild?.scrollIntoView({ block: 'nearest' });
  }, [check, testing]);
  return (
    <div ref={end} className="connection" role="status" hidden={!check && !testing}>
      {testing ? <p className="quiet">Trying the connection…</p> : null}
      {check ? (
        <>
          <ul className="step-lines" aria-label="Connection">
            {check.steps.map((step) => (
              <StepLine key={step.step} step={step} readOnly={check.readOnly} />
            ))}
          </ul>
          <Verdict check={check} purpose={purpose} />
        </>
      ) : null}
    </div>
  );
};
