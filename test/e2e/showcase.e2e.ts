/** A vault as it looks after some months of work: axe on lists that are not empty, and the picture that is docs/screenshot.png. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type App, launch, makeScene, removeScene } from './app.js';
import { call, makeVaultQuickly } from './person.js';
import { findings, lookAt } from './screens.js';

const scene = makeScene();
let app: App;

const secrets = [
  {
    type: 'credentials',
    name: 'Weights & Biases',
    tags: ['training', 'team'],
    favourite: true,
    fields: {
      username: 'ada@northlab.example',
      password: 'k7-Meridian-quilt',
      url: 'https://wandb.ai',
      otp: 'JBSWY3DPEHPK3PXP',
      notes: 'Team account. Ask Jonas before changing the plan.',
    },
  },
  {
    type: 'aws',
    name: 'AWS training cluster',
    tags: ['production'],
    fields: { key: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', region: 'eu-central-1' },
  },
  {
    type: 'git',
    name: 'GitHub release bot',
    tags: ['ci'],
    fields: { token: 'ghp_example', url: 'https://github.com' },
  },
  {
    type: 'api-token',
    name: 'Hugging Face write token',
    tags: ['training'],
    fields: { token: 'hf_example', url: 'https://huggingface.co' },
  },
  {
    type: 'ssh-key',
    name: 'GPU node gamma-07',
    tags: ['production'],
    fields: { privateKey: 'example', host: 'gamma-07.northlab.example' },
  },
  {
    type: 'env',
    name: 'inference-service production',
    tags: ['production'],
    fields: { DATABASE_URL: 'postgres://example', REDIS_URL: 'redis://example' },
  },
  { type: 'note', name: 'Recovery codes for the registrar', fields: { text: '1111-2222' } },
  {
    type: 'credentials',
    name: 'Staging database superuser with an extraordinarily long name that nobody shortened',
    fields: { username: 'postgres', password: 'x9' },
  },
  {
    type: 'credentials',
    name: 'RunPod',
    tags: ['training'],
    fields: { username: 'ada@northlab.example', password: 'x9' },
  },
  {
    type: 'totp',
    name: 'Domain registrar',
    fields: { otp: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', issuer: 'registrar.example' },
  },
];

beforeAll(async () => {
  app = await launch(scene);
  await makeVaultQuickly(app, 'Ada Lovelace');
  for (const secret of secrets) await call(app.page, 'secrets', 'add', secret);
  for (const name of ['Protein folding dataset', 'Checkpoints, spring run'])
    await call(app.page, 'projects', 'create', { name });
});
afterAll(async () => {
  await app.close();
  removeScene(scene);
});

it('shows a vault in use', async () => {
  await app.page.getByRole('option', { name: /Weights & Biases/ }).click();
  await app.page.getByRole('heading', { name: 'Weights & Biases' }).waitFor();
  await lookAt(app, '30-in-use');
});

it('promise: axe finds nothing', () => {
  expect(findings).toEqual([]);
});
