import type { RecoverySheet } from '../vault/vault.js';

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);

/** Ink on paper: no colour that a printer would waste, nothing that needs a network. */
const style = `
@page { size: A4; margin: 16mm 18mm; }
* { box-sizing: border-box; }
body { margin: 0; font: 10.5pt/1.45 system-ui, 'DejaVu Sans', sans-serif; color: #16181d; }
header { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 2pt solid #16181d; padding-bottom: 4mm; }
h1 { font-size: 20pt; letter-spacing: -.02em; margin: 0; }
header span { color: #5b616e; font-size: 9pt; }
.lead { margin: 5mm 0; max-width: 150mm; }
h2 { font-size: 8.5pt; text-transform: uppercase; letter-spacing: .08em; color: #5b616e; margin: 6mm 0 2mm; }
.words { display: grid; grid-template-columns: repeat(4, 1fr); gap: 2mm; margin: 0; padding: 0; list-style: none; counter-reset: word; }
.words li { counter-increment: word; border: .6pt solid #b9bec9; border-radius: 1.5mm; padding: 2mm 2.5mm; font: 600 11pt ui-monospace, 'DejaVu Sans Mono', monospace; }
.words li::before { content: counter(word) ' '; color: #8a909c; font-weight: 400; font-size: 8pt; }
table { border-collapse: collapse; width: 100%; }
td { padding: 1.4mm 0; border-bottom: .4pt solid #dfe2e8; vertical-align: top; }
td:first-child { width: 46mm; color: #5b616e; }
td:last-child { font: 9pt/1.4 ui-monospace, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; }
ol.steps { margin: 0; padding-left: 5mm; }
ol.steps li { margin-bottom: 1.2mm; }
.line { border-bottom: .8pt solid #16181d; height: 11mm; }
.note { color: #5b616e; font-size: 8.5pt; margin-top: 1.5mm; }
section { break-inside: avoid; }
`;

/** The sheet as one self-contained page; every value on it is public, but for what its owner writes on the line. */
export const recoverySheetHtml = (
  { account, storeLabel, facts, steps }: RecoverySheet,
  made: Date,
): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Recovery sheet</title><style>${style}</style></head><body>
<header><h1>Recovery sheet</h1><span>Coretex Vault · ${made.toISOString().slice(0, 10)}</span></header>
<p class="lead">With this sheet, your passphrase and the store (${escape(storeLabel)}), everything in the vault of
<strong>${escape(account.name)}</strong> can be opened, with or without this program. Nobody can open it without the
passphrase, and nobody can reset it. Keep the sheet where you keep a passport.</p>
<section><h2>Fingerprint</h2><ol class="words">${account.fingerprintWords.map((word) => `<li>${escape(word)}</li>`).join('')}</ol></section>
<section><h2>Facts</h2><table>${facts.map(factRow).join('')}</table></section>
<section><h2>How to get everything back</h2><ol class="steps">${steps.map((step) => `<li>${escape(step)}</li>`).join('')}</ol></section>
<section><h2>Passphrase</h2><div class="line"></div><div class="line"></div>
<p class="note">Write it by hand, or keep it elsewhere: whoever holds the store and a sheet with the passphrase can read everything.</p></section>
</body></html>`;

const factRow = ([label, value]: readonly [string, string]): string =>
  `<tr><td>${escape(label)}</td><td>${escape(value)}</td></tr>`;
