import type { Readable } from 'node:stream';
import type { DescriptorWriter } from './descriptor-writer.js';
import { StreamMask } from './mask.js';
import type { PatternSearch } from './pattern-search.js';

/** A stream that is silent for so long waits for an answer: what it says so far is shown. */
const pauseMs = 50;

/**
 * Passes what a child writes on to `writer`, masked, as fast as it is taken and no faster. Resolves at the stream's end, or when
 * nobody reads any more, which closes the child's end too. `onData` is called for everything that comes.
 */
export async function passOnMasked(
  source: Readable,
  writer: DescriptorWriter,
  search: PatternSearch,
  onData: () => void,
): Promise<void> {
  const mask = new StreamMask(search);
  let pause: NodeJS.Timeout | undefined;
  try {
    for await (const chunk of source) {
      onData();
      clearTimeout(pause);
      await writer.write(mask.feed(chunk as Buffer));
      if (writer.closed) return;
      pause = setTimeout(() => void writer.write(mask.ease()), pauseMs);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  } finally {
    clearTimeout(pause);
    await writer.write(mask.end());
  }
}
