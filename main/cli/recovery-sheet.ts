import type { RecoverySheet } from '../vault/vault.js';
import { table, visible } from './format.js';

const title = 'Coretex Vault: recovery sheet';
const passphraseLine = 'Passphrase: ';

/** The sheet as plain text for a printer or a page of a notebook. */
export function sheetAsText({ account, facts, steps }: RecoverySheet): string {
  return [
    title,
    '',
    table(facts.map(([label, value]) => [`${label}:`, value])),
    `Fingerprint:  ${account.fingerprintWords.join(' ')}`,
    '',
    ...steps.map((step, index) => `${index + 1}. ${visible(step)}`),
    '',
    `${passphraseLine}${'_'.repeat(60)}`,
  ].join('\n');
}

const style = `body { font: 12pt/1.5 sans-serif; max-width: 40em; margin: 3em auto }
th { text-align: left; padding-right: 1.5em; vertical-align: top } td { font-family: monospace; overflow-wrap: anywhere }
.line { border-bottom: 1px solid; height: 3em }`;

/** The sheet as one page of HTML with nothing to load. */
export function sheetAsHtml({ account, facts, steps }: RecoverySheet): string {
  const rows = [...facts, ['Fingerprint', account.fingerprintWords.join(' ')] as const];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<style>${style}</style>
<h1>${title}</h1>
<table>
${rows.map(([label, value]) => `<tr><th>${escaped(label)}</th><td>${escaped(value)}</td></tr>`).join('\n')}
</table>
<ol>
${steps.map((step) => `<li>${escaped(step)}</li>`).join('\n')}
</ol>
<p>${passphraseLine}</p>
<div class="line"></div>
</html>
`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
