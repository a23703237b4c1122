import { CircleCheck, CircleHelp, FileWarning, FileX, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { CheckReportView } from '../../../app/contract/store.js';
import { Button } from '../../components/button.js';
import { Badge } from '../../components/tag.js';
import { formatBytes, formatCount } from '../../state/format.js';
import { collectGarbage, repairStore } from '../../state/upkeep.js';
import { Note } from '../people/account-notes.js';

type Damage = CheckReportView['damages'][number];

const kinds: Readonly<Record<Damage['kind'], readonly [LucideIcon, string]>> = {
  lost: [FileX, 'Lost'],
  damaged: [FileWarning, 'Damaged'],
  unreadable: [CircleHelp, 'Unreadable'],
};

/** "1,284 records and 311 contents (62 GB) were verified." */
const countWords = ({ records, blobs, bytes }: CheckReportView, withContents: boolean): string => {
  const contents = `${formatCount(blobs, 'content')} (${formatBytes(bytes)})`;
  return withContents
    ? `${formatCount(records, 'record')} and ${contents} were verified.`
    : `${formatCount(records, 'record')} were verified. ${contents} are listed, but were not read.`;
};

const unjudgedWords = ({ unjudged }: CheckReportView): string =>
  unjudged === 0 ? '' : ` ${formatCount(unjudged, 'object')} can only be checked by those who may read them.`;

const DamageLine = ({ damage }: { damage: Damage }) => {
  const [Icon, word] = kinds[damage.kind];
  return (
    <li className="damage">
      <Icon size={16} aria-hidden />
      <div>
        <p className="damage-what selectable">{damage.what}</p>
        <p className="quiet selectable">{damage.message}</p>
      </div>
      <Badge look={damage.repairable ? 'accent' : 'warn'}>{damage.repairable ? `${word}, repairable` : word}</Badge>
    </li>
  );
};

/** more than these are told as a number: what a person can do about them is the same */
const mostShown = 200;

const Damages = ({ damages }: { damages: readonly Damage[] }) => {
  const repairable = damages.filter((damage) => damage.repairable).length;
  return (
    <section className="card" aria-label="Damages">
      <ul className="damages">
        {damages.slice(0, mostShown).map((damage) => (
          <DamageLine key={damage.key} damage={damage} />
        ))}
      </ul>
      {damages.length > mostShown ? (
        <p className="damages-foot quiet">and {(damages.length - mostShown).toLocaleString('en')} more</p>
      ) : null}
      {repairable > 0 ? (
        <div className="damages-foot">
          <p className="quiet small">This computer still has the right bytes of {formatCount(repairable, 'object')}.</p>
          <Button look="primary" onClick={() => void repairStore()}>
            Repair {repairable.toLocaleString('en')}
          </Button>
        </div>
      ) : null}
    </section>
  );
};

const Garbage = ({ report }: { report: CheckReportView }) => (
  <div className="card damages-foot">
    <p>
      {formatCount(report.garbageObjects, 'content')} of {formatBytes(report.garbageBytes)}{' '}
      {report.garbageObjects === 1 ? 'belongs' : 'belong'} to no file any more.
    </p>
    <Button onClick={() => void collectGarbage()}>Remove garbage older than a week</Button>
  </div>
);

/** What a check found: that all is well, or each damage and what can be done about it. */
export const CheckReport = ({ report, withContents }: { report: CheckReportView; withContents: boolean }) => {
  const { damages } = report;
  const counts = `${countWords(report, withContents)}${unjudgedWords(report)}`;
  return (
    <>
      {damages.length === 0 ? (
        <Note look="plain" icon={CircleCheck} title="Everything is in order">
          <p>{counts}</p>
        </Note>
      ) : (
        <Note
          look="warn"
          icon={TriangleAlert}
          title={`${formatCount(damages.length, 'object')} ${damages.length === 1 ? 'is' : 'are'} not in order`}
        >
          <p>{counts}</p>
        </Note>
      )}
      {damages.length > 0 ? <Damages damages={damages} /> : null}
      {report.garbageObjects > 0 ? <Garbage report={report} /> : null}
    </>
  );
};
