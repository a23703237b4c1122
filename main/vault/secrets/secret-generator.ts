import type { GeneratorOptions } from '../../../app/model/secret.js';
import { randomChoice } from '../../crypto/random-choice.js';
import { randomWords } from '../account/passphrase-suggestion.js';

type CharacterOptions = Extract<GeneratorOptions, { style: 'characters' }>;

const letters = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'] as const;
const digits = '0123456789';
/** What nearly every form accepts, and what a shell or a connection string seldom chokes on. */
const symbols = '!#%*+,-./:=?@^_~';
const lookalikes = new Set('0Oo1lI');

/** A random password or phrase. Every result that the options allow is equally likely. */
export const generateSecret = (options: GeneratorOptions): string =>
  options.style === 'words' ? randomWords(options.words).join(options.separator) : randomCharacters(options);

/** Drawn anew until every chosen class occurs: placing one of each by force would make some results likelier than others. */
function randomCharacters(options: CharacterOptions): string {
  const classes = characterClasses(options);
  const alphabet = classes.join('');
  for (;;) {
    const drawn = Array.from({ length: options.length }, () => randomChoice(alphabet));
    if (classes.every((characters) => drawn.some((character) => characters.includes(character)))) return drawn.join('');
  }
}

/** The classes that the options choose: both cases always. */
export function characterClasses(options: CharacterOptions): string[] {
  const chosen = [...letters, ...(options.digits ? [digits] : []), ...(options.symbols ? [symbols] : [])];
  if (!options.unambiguous) return chosen;
  return chosen.map((characters) => Array.from(characters, (c) => (lookalikes.has(c) ? '' : c)).join(''));
}
