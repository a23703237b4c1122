import type { z } from 'zod';

/** When an operation may be called: the router refuses it in any other state of the vault. */
export type AllowedWhen = 'always' | 'locked' | 'unlocked';

export type Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> = Readonly<{
  when: AllowedWhen;
  input: I;
  output: O;
}>;

/** One operation of the contract: what goes in, what comes out, and when it is allowed. */
export const operation = <I extends z.ZodType, O extends z.ZodType>(spec: Operation<I, O>): Operation<I, O> => spec;
