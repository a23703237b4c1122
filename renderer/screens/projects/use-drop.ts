import { useState, type DragEvent } from 'react';

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');

/**
 * Drop targets by key ('' is a folder's name too, so the pane's own key is another one). The innermost target under the
 * pointer wins. Where nothing may be dropped, the pointer says so and nothing is taken; the key still tells where it is.
 */
export const useDrop = (
  onDrop: (key: string, files: readonly File[]) => void,
  mayDrop: (key: string) => boolean = () => true,
) => {
  const [overKey, setOverKey] = useState<string | null>(null);
  const dropProps = (key: string) => ({
    onDragOver: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = mayDrop(key) ? 'copy' : 'none';
      setOverKey(key);
    },
    onDragLeave: (event: DragEvent) => {
      const into = event.relatedTarget;
      if (into instanceof Node && event.currentTarget.contains(into)) return;
      setOverKey((now) => (now === key ? null : now));
    },
    onDrop: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      setOverKey(null);
      const files = [...event.dataTransfer.files];
      if (files.length > 0 && mayDrop(key)) onDrop(key, files);
    },
  });
  return { overKey, dropProps };
};
