import { Dialog } from '../../components/dialog.js';
import { Keys } from '../../components/keys.js';
import { closeOverlay } from '../../state/route.js';
import { printKeys, shortcuts } from '../../state/shortcuts.js';

const inLists = [
  ['Move', ['↑', '↓']],
  ['Open', ['Enter']],
  ['Back to the list', ['Esc']],
  ['Select several', ['Shift', '↑', '↓']],
  ['Move to trash', ['Delete']],
] as const;

export const ShortcutSheet = () => (
  <Dialog title="Keyboard shortcuts" onClose={closeOverlay}>
    {/* the sheet has nothing to press: what scrolls takes the focus, so that arrows scroll it and Escape closes it */}
    <div role="region" aria-label="Keys" tabIndex={0} data-first>
      <dl className="shortcut-list">
        {shortcuts.map(({ name, label }) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd>
              <Keys keys={printKeys(name)} />
              <span className="visually-hidden">{printKeys(name).join(' ')}</span>
            </dd>
          </div>
        ))}
        {inLists.map(([label, keys]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <Keys keys={keys} />
              <span className="visually-hidden">{keys.join(' ')}</span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  </Dialog>
);
