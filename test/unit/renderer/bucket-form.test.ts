import { beforeEach, describe, expect, it } from 'vitest';
import { s3Keys, s3Location } from '../../../app/model/store.js';
import { createVault, loadAccount, useAccount } from '../../../renderer/state/account.js';
import {
  bucketPlace,
  changeBucket,
  clearBucket,
  openInvitation,
  refuseKeys,
  testBucket,
  useBucket,
  usingBucket,
} from '../../../renderer/state/bucket-form.js';
import {
  bucketProblems,
  emptyBucket,
  keysOf,
  locationOf,
  prospectOf,
  valuesOf,
  type BucketValues,
} from '../../../renderer/state/bucket-values.js';
import { emptyAll } from '../../../renderer/state/lockable.js';
import { replaceKeys, useUpkeep } from '../../../renderer/state/upkeep.js';
import { suffices } from '../../../renderer/screens/store/purpose.js';
import { fakeBridge, type Scenario } from '../../preview/fake-bridge.js';
import { bucket, checkOf } from '../../preview/fake-store-data.js';

const typed: BucketValues = {
  ...emptyBucket,
  endpoint: ' s3.example.com/ ',
  bucket: ' vault ',
  prefix: '/teams/research/',
  accessKeyId: ' AKIA ',
  secretAccessKey: ' wJalr/XUtn ',
};

const open = async (scenario: Scenario = { phase: 'none' }) => {
  const { bridge, world } = fakeBridge(scenario);
  globalThis.coretexVault = bridge;
  emptyAll();
  useAccount.setState({ vault: null, setUp: false, creating: false, progress: null, startError: null });
  await loadAccount();
  return world;
};
const fill = (values: Partial<BucketValues> = typed) => useBucket.setState({ values: { ...emptyBucket, ...values } });

beforeEach(() => open());

describe('what is typed about a bucket', () => {
  it('becomes a location and keys that main accepts, without the blanks of a paste', () => {
    expect(locationOf(typed)).toEqual({
      endpoint: 'https://s3.example.com',
      region: 'us-east-1',
      bucket: 'vault',
      prefix: 'teams/research',
      pathStyle: true,
    });
    expect(keysOf(typed)).toEqual({ accessKeyId: 'AKIA', secretAccessKey: 'wJalr/XUtn' });
    expect(s3Location.parse(locationOf(typed))).toEqual(locationOf(typed));
    expect(s3Keys.parse(keysOf(typed))).toEqual(keysOf(typed));
  });

  it('leaves out what was left empty, and comes back from a location as it was', () => {
    expect(locationOf({ ...typed, prefix: ' / ' })).not.toHaveProperty('prefix');
    expect(locationOf(typed)).not.toHaveProperty('certificateAuthority');
    expect(locationOf(valuesOf(bucket))).toEqual(bucket);
  });

  it('says which fields are missing, and only those', () => {
    expect(Object.keys(bucketProblems(emptyBucket)).sort()).toEqual([
      'accessKeyId',
      'bucket',
      'endpoint',
      'secretAccessKey',
    ]);
    expect(bucketProblems(typed)).toEqual({});
  });

  it.each([
    ['http://s3.example.com', /https/],
    ['ftp://s3.example.com', /https/],
    ['https://AKIA:secret@s3.example.com', /fields of their own/],
    ['https://s3.example.com/?x=1', /“\?”/],
    ['not an address at all', /https/],
  ])('refuses the address %s', (endpoint, why) => {
    expect(bucketProblems({ ...typed, endpoint }).endpoint).toMatch(why);
  });

  it.each(['http://localhost:7480', 'http://127.0.0.1:7480', 'https://s3.example.com:9443', 's3.example.com/gateway'])(
    'takes the address %s',
    (endpoint) => {
      expect(bucketProblems({ ...typed, endpoint }).endpoint).toBeUndefined();
    },
  );

  it('refuses buckets, folders and certificates that cannot be ones', () => {
    expect(bucketProblems({ ...typed, bucket: 'a bucket' }).bucket).toBeDefined();
    for (const prefix of ['a//b', '../b', 'a b', 'x'.repeat(201)])
      expect(bucketProblems({ ...typed, prefix }).prefix).toBeDefined();
    expect(bucketProblems({ ...typed, certificateAuthority: 'hello' }).certificateAuthority).toBeDefined();
    const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
    expect(bucketProblems({ ...typed, certificateAuthority: pem }).certificateAuthority).toBeUndefined();
  });
});

describe('what a tried connection is good for', () => {
  it.each([
    ['good', 'new', true, true],
    ['held', 'join', true, true],
    ['read-only', 'look', true, false],
    ['read-only-empty', 'nothing', false, false],
    ['wrong-keys', 'nothing', false, false],
    ['no-create', 'nothing', false, false],
  ] as const)('%s: %s', (kind, prospect, setUp, move) => {
    const check = checkOf(kind);
    expect(prospectOf(check)).toBe(prospect);
    expect(suffices(check, 'set-up')).toBe(setUp);
    expect(suffices(check, 'move')).toBe(move);
  });

  it('is nothing when keys that may only read cannot read either', () => {
    const check = checkOf('read-only');
    const steps = check.steps.map((one) => (one.step === 'read' ? { ...one, outcome: 'failed' as const } : one));
    expect(prospectOf({ ...check, steps })).toBe('nothing');
  });
});

describe('the form for a bucket', () => {
  it('asks for what is missing before it tries anything', async () => {
    const world = await open();
    await testBucket();
    expect(Object.keys(useBucket.getState().problems)).toContain('endpoint');
    expect(world.store.given).toBeNull();
  });

  it('shows what a test found, and forgets it with the next key press', async () => {
    const world = await open();
    fill();
    await testBucket();
    expect(world.store.given).toEqual({ location: locationOf(typed), keys: keysOf(typed) });
    expect(useBucket.getState()).toMatchObject({ testing: false, check: { holdsVault: false } });
    changeBucket('bucket', 'another');
    expect(useBucket.getState().check).toBeNull();
  });

  it('drops an answer about values that were changed meanwhile', async () => {
    fill();
    const late = testBucket();
    changeBucket('bucket', 'another');
    await late;
    expect(useBucket.getState()).toMatchObject({ check: null, testing: false });
  });

  it('is filled by an invitation, which brings no keys and takes none away', async () => {
    fill({ accessKeyId: 'AKIA', secretAccessKey: 'mine' });
    await openInvitation();
    expect(useBucket.getState()).toMatchObject({
      invitedTo: 'Northlab team',
      values: { ...valuesOf(bucket), accessKeyId: 'AKIA', secretAccessKey: 'mine' },
    });
  });

  it('shows what cannot be tried in place', async () => {
    await open({ phase: 'none', fail: { 'store.test': 'store-unreachable' } });
    fill();
    await testBucket();
    expect(useBucket.getState().error).toMatchObject({ code: 'store-unreachable' });
  });
});

describe('keys leave the window with the form (promise 9)', () => {
  it('when it is closed, and when the vault locks', () => {
    for (const leave of [clearBucket, emptyAll]) {
      fill();
      expect(bucketPlace().keys.secretAccessKey).toBe('wJalr/XUtn');
      leave();
      expect(JSON.stringify(useBucket.getState())).not.toContain('wJalr');
    }
  });

  it('and are not brought back by a test that answers late', async () => {
    fill();
    const late = testBucket();
    clearBucket();
    await late;
    expect(useBucket.getState()).toEqual(useBucket.getInitialState());
  });

  it('once the vault is made, and not before: what was typed outlives a failure', async () => {
    const rest = { name: 'Mira', passphrase: new Uint8Array(), suite: 'vault', bits: 3072 } as const;
    const create = () => usingBucket((location) => createVault({ location, ...rest }));
    fill();
    const place = bucketPlace();
    await open({ phase: 'none', deriveMs: 0, fail: { 'account.create': 'store-unreachable' } });
    fill();
    const failed = create();
    emptyAll();
    await expect(failed).rejects.toMatchObject({ code: 'store-unreachable' });
    expect(bucketPlace()).toEqual(place);
    const { store } = await open({ phase: 'none', deriveMs: 0 });
    fill();
    await create();
    expect(store.given).toEqual(place);
    expect(useBucket.getState()).toEqual(useBucket.getInitialState());
  });

  it('new keys go into the call alone', async () => {
    const world = await open({ sync: 'current' });
    fill();
    expect(refuseKeys()).toBe(false);
    await replaceKeys(keysOf(useBucket.getState().values));
    expect(world.store.given).toEqual(keysOf(typed));
    expect(useUpkeep.getState().location?.accessKeyId).toBe('AKIA');
    expect(JSON.stringify(useUpkeep.getState())).not.toContain('wJalr');
  });
});
