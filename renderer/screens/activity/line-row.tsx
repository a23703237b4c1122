import { sentenceOf } from '../../../app/model/activity-words.js';
import type { ActivityLine } from '../../../app/model/people.js';
import { LineIcon } from './line-icon.js';

/** One entry of a log in a list: what happened, and under it where or when. */
export const LineRow = ({ line, more, end }: { line: ActivityLine; more: string; end: string }) => {
  const sentence = sentenceOf(line);
  return (
    <>
      <LineIcon line={line} />
      <span className="row-text">
        <span className="truncate line-sentence" data-void={line.void} title={sentence}>
          {sentence}
        </span>
        <span className="quiet small truncate" title={more}>
          {more}
        </span>
      </span>
      <span className="quiet small row-day">{end}</span>
    </>
  );
};
