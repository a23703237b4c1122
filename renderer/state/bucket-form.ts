/**
 * The form for a bucket, wherever it stands: first run, and moving a vault. One at a time is open.
 * SECURITY (promise 9): keys lie here alone, as long as the form is open. Whoever closes it calls {@link clearBucket}; a lock does too.
 */
import type { VaultError } from '../../app/errors.js';
import type { ConnectionCheck } from '../../app/model/store.js';
import {
  bucketProblems,
  emptyBucket,
  keyProblems,
  keysOf,
  locationOf,
  valuesOf,
  type BucketField,
  type BucketProblems,
  type BucketValues,
} from './bucket-values.js';
import { client } from './client.js';
import { asVaultError } from './error-advice.js';
import { lockable } from './lockable.js';
import { attempt } from './attempt.js';

type BucketState = {
  values: BucketValues;
  problems: BucketProblems;
  /** what the opened invitation calls the vault; shown, never trusted */
  invitedTo: string | null;
  testing: boolean;
  /** what a test of exactly these values found */
  check: ConnectionCheck | null;
  error: VaultError | null;
};

export const useBucket = lockable<BucketState>(() => ({
  values: emptyBucket,
  problems: {},
  invitedTo: null,
  testing: false,
  check: null,
  error: null,
}));

/** Only the newest question's answer counts: what is typed meanwhile makes it stale. */
let testNumber = 0;

/** Takes over what is typed. What was found out about other values no longer holds. */
export const changeBucket = <F extends BucketField>(field: F, value: BucketValues[F]): void => {
  testNumber += 1;
  useBucket.setState(({ values, problems }) => ({
    values: { ...values, [field]: value },
    problems: Object.fromEntries(Object.entries(problems).filter(([name]) => name !== field)),
    testing: false,
    check: null,
    error: null,
  }));
};

/** SECURITY (promise 9): lets go of the keys, and of all else. */
export const clearBucket = (): void => {
  testNumber += 1;
  useBucket.setState(useBucket.getInitialState(), true);
};

/** Lets the person open an invitation and fills the form with it; keys that were typed stay. */
export const openInvitation = (): Promise<boolean> =>
  attempt(async () => {
    const invitation = await client.store.openInvitation({});
    if (!invitation) return;
    testNumber += 1;
    const { accessKeyId, secretAccessKey } = useBucket.getState().values;
    useBucket.setState({
      values: { ...valuesOf(invitation.location), accessKeyId, secretAccessKey },
      problems: {},
      invitedTo: invitation.name,
      testing: false,
      check: null,
      error: null,
    });
  });

/** Tries the connection; says in the form what has to be put right before it can be. */
export const testBucket = async (): Promise<void> => {
  const { values } = useBucket.getState();
  const problems = bucketProblems(values);
  useBucket.setState({ problems, check: null, error: null });
  if (Object.keys(problems).length > 0) return;
  testNumber += 1;
  const number = testNumber;
  useBucket.setState({ testing: true });
  try {
    const check = await client.store.test({ location: locationOf(values), keys: keysOf(values) });
    if (number === testNumber) useBucket.setState({ check, testing: false });
  } catch (failure) {
    if (number === testNumber) useBucket.setState({ error: asVaultError(failure), testing: false });
  }
};

/** Says in the form what is missing of the keys; true when something is. */
export const refuseKeys = (): boolean => {
  const problems = keyProblems(useBucket.getState().values);
  useBucket.setState({ problems });
  return Object.keys(problems).length > 0;
};

/** The place as main takes it, keys and all: for the call that uses it, and to be kept nowhere. */
export const bucketPlace = () => {
  const { values } = useBucket.getState();
  return { kind: 's3' as const, location: locationOf(values), keys: keysOf(values) };
};

/**
 * Runs what needs the place. Once it is done, the keys are let go of; when it fails, the form is as it was, also when
 * another vault that locked meanwhile has emptied it.
 */
export const usingBucket = async <T>(task: (place: ReturnType<typeof bucketPlace>) => Promise<T>): Promise<T> => {
  const typed = useBucket.getState();
  try {
    const result = await task(bucketPlace());
    clearBucket();
    return result;
  } catch (failure) {
    useBucket.setState(typed, true);
    throw failure;
  }
};
