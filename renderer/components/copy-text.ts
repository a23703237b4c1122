/**
 * Copies text that is no secret (a fingerprint, a command) and tells whether it worked. The modern way needs a permission that
 * the window is refused like every other; this one needs only that a person just pressed something. Secrets never come here:
 * main copies those.
 */
export const copyText = (text: string): boolean => {
  let copied = false;
  const give = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    copied = true;
  };
  document.addEventListener('copy', give, { once: true });
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- see above: its successor asks for a permission
    document.execCommand('copy');
  } finally {
    document.removeEventListener('copy', give);
  }
  return copied;
};
