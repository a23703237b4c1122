import { describe, expect, it } from 'vitest';
import {
  extendTo,
  noSelection,
  selectAll,
  selectOne,
  stepTo,
  toggleOne,
  within,
} from '../../../renderer/state/selection.js';

const order = ['a', 'b', 'c', 'd', 'e'];

describe('selection', () => {
  it('grows and shrinks from its anchor', () => {
    const down = extendTo(selectOne('b'), order, 'd');
    expect([...down.ids]).toEqual(['b', 'c', 'd']);
    const up = extendTo(down, order, 'a');
    expect([...up.ids]).toEqual(['a', 'b']);
    expect(up).toMatchObject({ active: 'a', anchor: 'b' });
  });

  it('toggles single rows, but never to nothing', () => {
    const two = toggleOne(selectOne('a'), 'c');
    expect([...two.ids]).toEqual(['a', 'c']);
    const one = toggleOne(two, 'c');
    expect([...one.ids]).toEqual(['a']);
    expect(one.active).toBe('a');
    expect([...toggleOne(one, 'a').ids]).toEqual(['a']);
  });

  it('steps within the list and starts at its first row', () => {
    expect(stepTo(noSelection, order, 1)).toBe('a');
    expect(stepTo(selectOne('a'), order, -1)).toBe('a');
    expect(stepTo(selectOne('b'), order, 10)).toBe('e');
    expect(stepTo(selectOne('b'), order, -Infinity)).toBe('a');
    expect(stepTo(selectOne('b'), order, Infinity)).toBe('e');
    expect(stepTo(selectOne('b'), [], 1)).toBeNull();
  });

  it('keeps what the list still shows, and falls back to its first row', () => {
    const all = selectAll(order);
    expect(within(all, order)).toBe(all);
    expect([...within(all, ['b', 'd']).ids]).toEqual(['b', 'd']);
    expect(within(selectOne('x'), order).active).toBe('a');
    expect(within(selectOne('x'), [])).toBe(noSelection);
  });
});
