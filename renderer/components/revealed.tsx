import './revealed.css';

const kindOf = (character: string): string => {
  if (/\p{L}|\s/u.test(character)) return 'letter';
  return /\p{N}/u.test(character) ? 'digit' : 'symbol';
};

/** Runs of the same kind, so that a long value does not become thousands of elements. */
const runsOf = (value: string): { kind: string; text: string }[] => {
  const runs: { kind: string; text: string }[] = [];
  for (const character of value) {
    const kind = kindOf(character);
    const last = runs.at(-1);
    if (last?.kind === kind) last.text += character;
    else runs.push({ kind, text: character });
  }
  return runs;
};

/** A revealed value in monospace; in short ones digits and symbols have colours, so that 0 and O are told apart. */
export const Revealed = ({ value }: { value: string }) => (
  <span className="revealed mono selectable">
    {value.length > 256
      ? value
      : runsOf(value).map((run, index) => (
          <span key={index} className={`char-${run.kind}`}>
            {run.text}
          </span>
        ))}
  </span>
);
