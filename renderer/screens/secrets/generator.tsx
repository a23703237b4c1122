import { useCallback, useEffect, useState } from 'react';
import { Dice5, RefreshCw } from 'lucide-react';
import type { GeneratorOptions } from '../../../app/model/secret.js';
import { Button, IconButton } from '../../components/button.js';
import { Popover } from '../../components/popover.js';
import { Revealed } from '../../components/revealed.js';
import { tellFailure } from '../../state/attempt.js';
import { client } from '../../state/client.js';
import './generator.css';

type Style = GeneratorOptions['style'];
type Options = Readonly<{
  style: Style;
  length: number;
  words: number;
  digits: boolean;
  symbols: boolean;
  unambiguous: boolean;
}>;

const usual: Options = { style: 'characters', length: 24, words: 5, digits: true, symbols: true, unambiguous: false };

const requestOf = ({ style, length, words, digits, symbols, unambiguous }: Options): GeneratorOptions =>
  style === 'words' ? { style, words, separator: '-' } : { style, length, digits, symbols, unambiguous };

const Check = ({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) => (
  <label className="generator-check">
    <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
    {label}
  </label>
);

const Size = ({ options, onChange }: { options: Options; onChange: (options: Options) => void }) => {
  const inWords = options.style === 'words';
  const value = inWords ? options.words : options.length;
  const label = inWords ? 'Words' : 'Length';
  return (
    <label className="generator-size">
      <span>{label}</span>
      <input
        type="range"
        min={inWords ? 4 : 8}
        max={inWords ? 12 : 64}
        value={value}
        onChange={(event) => {
          const size = Number(event.target.value);
          onChange(inWords ? { ...options, words: size } : { ...options, length: size });
        }}
      />
      <output className="mono">{value}</output>
    </label>
  );
};

const Panel = ({ onUse }: { onUse: (value: string) => void }) => {
  const [options, setOptions] = useState(usual);
  const [value, setValue] = useState('');
  const generate = useCallback(() => {
    client.secrets.generate(requestOf(options)).then((answer) => setValue(answer.value), tellFailure);
  }, [options]);
  useEffect(generate, [generate]);
  const set = (change: Partial<Options>) => setOptions({ ...options, ...change });
  return (
    <div className="generator">
      <div className="generator-value">
        <Revealed value={value} />
        <IconButton label="Another one" icon={RefreshCw} onClick={generate} />
      </div>
      <div className="segments" role="radiogroup" aria-label="Style">
        {(['characters', 'words'] as const).map((style) => (
          <button
            key={style}
            type="button"
            role="radio"
            aria-checked={options.style === style}
            onClick={() => set({ style })}
          >
            {style === 'characters' ? 'Characters' : 'Words'}
          </button>
        ))}
      </div>
      <Size options={options} onChange={setOptions} />
      {options.style === 'characters' ? (
        <div className="generator-checks">
          <Check label="Digits" on={options.digits} onChange={(digits) => set({ digits })} />
          <Check label="Symbols" on={options.symbols} onChange={(symbols) => set({ symbols })} />
          <Check label="No look-alikes" on={options.unambiguous} onChange={(unambiguous) => set({ unambiguous })} />
        </div>
      ) : null}
      <Button look="primary" data-first disabled={value === ''} onClick={() => onUse(value)}>
        Use
      </Button>
    </div>
  );
};

/** A button that opens the generator; what it makes goes into the field. */
export const Generator = ({ label, onUse }: { label: string; onUse: (value: string) => void }) => {
  const [open, setOpen] = useState(false);
  return (
    <Popover label="Generator" open={open} onOpenChange={setOpen} trigger={<IconButton label={label} icon={Dice5} />}>
      <Panel
        onUse={(value) => {
          setOpen(false);
          onUse(value);
        }}
      />
    </Popover>
  );
};
