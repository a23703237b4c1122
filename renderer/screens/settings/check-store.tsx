import { useRef, useState } from 'react';
import { Button } from '../../components/button.js';
import { ErrorNote } from '../../components/error-note.js';
import { SettingRow, SwitchRow } from '../../components/switch.js';
import { checkStore, useUpkeep } from '../../state/upkeep.js';
import { CheckReport } from './check-report.js';
import { WorkProgress } from './work-progress.js';

/** Looks at everything in the store. It goes on while the person works elsewhere in the app. */
export const CheckStore = () => {
  const { work, report, withContents, trouble } = useUpkeep();
  const [contents, setContents] = useState(withContents);
  const busy = work !== null;
  const found = useRef<HTMLDivElement>(null);
  const check = async () => {
    await checkStore(contents);
    found.current?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <>
      <div className="card">
        <SettingRow
          label="Check the store"
          hint="Verifies every record that you may read, and finds what is lost or damaged. Changes nothing."
        >
          <Button disabled={busy} onClick={() => void check()}>
            {report ? 'Check again' : 'Check'}
          </Button>
        </SettingRow>
        <SwitchRow
          label="Read the contents of all files too"
          hint="Every byte is fetched and verified. In a large vault this takes long."
          checked={contents}
          disabled={busy}
          onChange={setContents}
        />
        {work !== null && work !== 'move' ? <WorkProgress work={work} /> : null}
      </div>
      <div ref={found} role="status" className="check-status">
        {trouble && trouble.work !== 'move' && !busy ? <ErrorNote error={trouble.error} /> : null}
        {report && !busy ? <CheckReport report={report} withContents={withContents} /> : null}
      </div>
    </>
  );
};
