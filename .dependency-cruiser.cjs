/**
 * The floors of the house (docs/architecture.md): an import only ever points down, and there are no circles.
 * renderer → app ← main/ipc ← main/desktop; main/ipc, main/cli → main/vault → main/engine, main/store → main/crypto; everything → app.
 */
const floor = (name, from, mayNot) => ({ name, severity: 'error', from: { path: from }, to: { path: mayNot } });

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    floor('app-stands-alone', '^app/', '^(main|renderer)/'),
    floor('renderer-sees-only-app', '^renderer/', '^main/'),
    floor('main-never-sees-renderer', '^main/', '^renderer/'),
    floor('crypto-is-the-lowest', '^main/crypto/', '^main/(engine|store|vault|desktop|ipc|cli)/'),
    floor('engine-sees-only-crypto', '^main/engine/', '^main/(store|vault|desktop|ipc|cli)/'),
    floor('store-knows-no-vault', '^main/store/', '^main/(crypto|engine|vault|desktop|ipc|cli)/'),
    floor('vault-knows-no-face', '^main/vault/', '^main/(desktop|ipc|cli)/'),
    floor('ipc-knows-no-window', '^main/ipc/', '^main/(desktop|cli|crypto/(?!secret-bytes)|engine|store)'),
    floor('cli-without-electron', '^main/cli/', '^main/(desktop|ipc)/'),
    {
      name: 'electron-only-in-desktop-and-ipc',
      severity: 'error',
      from: { path: '^(app|renderer|main/(crypto|engine|store|vault|cli))/' },
      to: { path: '^(node_modules/)?electron(/|$)' },
    },
    {
      name: 'crypto-libraries-only-in-crypto',
      severity: 'error',
      from: { path: '^(app|renderer|main/(?!crypto/))' },
      to: { path: '^(node_modules/)?(node-forge|jose|@node-rs/argon2)(/|$)|^(node:)?crypto$' },
    },
    {
      name: 'app-and-renderer-have-no-node',
      severity: 'error',
      from: { path: '^(app|renderer)/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
