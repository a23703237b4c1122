/** Which rows of a list are chosen, as pure steps: one row is active, any number are selected, ranges grow from the anchor. */
export type Selection = Readonly<{ active: string | null; anchor: string | null; ids: ReadonlySet<string> }>;

export const noSelection: Selection = { active: null, anchor: null, ids: new Set() };

export const selectOne = (id: string): Selection => ({ active: id, anchor: id, ids: new Set([id]) });

export const toggleOne = (selection: Selection, id: string): Selection => {
  const ids = new Set(selection.ids);
  if (ids.has(id) && ids.size > 1) ids.delete(id);
  else ids.add(id);
  const active = ids.has(id) ? id : (ids.values().next().value ?? null);
  return { active, anchor: id, ids };
};

/** Selects from the anchor to `id`, in the order shown. */
export const extendTo = (selection: Selection, order: readonly string[], id: string): Selection => {
  const anchor = selection.anchor ?? id;
  const from = order.indexOf(anchor);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return selectOne(id);
  return { active: id, anchor, ids: new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1)) };
};

export const selectAll = (order: readonly string[]): Selection => ({
  active: order[0] ?? null,
  anchor: order[0] ?? null,
  ids: new Set(order),
});

/** The row that `delta` steps from the active one reach, kept within the list; from nothing, the first. */
export const stepTo = (selection: Selection, order: readonly string[], delta: number): string | null => {
  const at = selection.active === null ? -1 : order.indexOf(selection.active);
  if (at < 0) return order[0] ?? null;
  return order[Math.max(0, Math.min(order.length - 1, at + delta))] ?? null;
};

/** What remains of a selection when the list shows `order`; its first row when nothing remains. */
export const within = (selection: Selection, order: readonly string[]): Selection => {
  const shown = new Set(order);
  const ids = new Set([...selection.ids].filter((id) => shown.has(id)));
  const active = selection.active !== null && shown.has(selection.active) ? selection.active : null;
  if (active !== null && ids.size === selection.ids.size) return selection;
  const [first] = ids;
  if (first !== undefined) return { ...selection, active: active ?? first, ids };
  return order[0] === undefined ? noSelection : selectOne(order[0]);
};
