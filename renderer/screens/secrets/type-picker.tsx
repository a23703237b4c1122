import type { KeyboardEvent } from 'react';
import { X } from 'lucide-react';
import { personalSecretTypes } from '../../../app/model/secret.js';
import { IconButton } from '../../components/button.js';
import { SecretIcon } from '../../components/secret-icon.js';
import { discardForm, startNew } from '../../state/form.js';
import { typeNames } from './type-names.js';

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 2, ArrowUp: -2 };

const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
  const step = steps[event.key];
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  if (step === undefined || at < 0) return;
  event.preventDefault();
  buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
};

/** The first step of a new secret: what kind it is. An empty vault shows it unasked, and leaves the focus where it is. */
export const TypePicker = ({ first = false }: { first?: boolean }) => (
  <>
    <div className="pane-head">
      <h2>{first ? 'Your first secret' : 'New secret'}</h2>
      {first ? null : <IconButton label="Cancel" icon={X} onClick={discardForm} />}
    </div>
    <div className="detail-scroll">
      <ul className="detail-content type-grid" aria-label="Kinds of secrets" onKeyDown={onKeyDown}>
        {personalSecretTypes.map((type, index) => (
          <li key={type}>
            <button
              type="button"
              className="type-card"
              autoFocus={index === 0 && !first}
              onClick={() => startNew(type)}
            >
              <SecretIcon type={type} />
              <span className="row-text">
                <span className="row-name">{typeNames[type].one}</span>
                <span className="quiet small">{typeNames[type].use}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  </>
);
