import './keys.css';

/** A key combination, for eyes only: screen readers get it from aria-keyshortcuts. */
export const Keys = ({ keys }: { keys: readonly string[] }) => (
  <span className="keys" aria-hidden>
    {keys.map((key) => (
      <kbd key={key}>{key}</kbd>
    ))}
  </span>
);
