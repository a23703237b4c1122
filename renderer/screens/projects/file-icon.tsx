import { createElement } from 'react';
import {
  Braces,
  File,
  FileArchive,
  FileAudio,
  FileImage,
  FileText,
  FileVideo,
  Folder,
  type LucideIcon,
} from 'lucide-react';
import type { FileEntry } from '../../../app/model/project.js';

const byExtension: readonly (readonly [LucideIcon, string])[] = [
  [FileImage, 'png jpg jpeg gif webp avif bmp ico svg heic tif tiff'],
  [FileVideo, 'mp4 m4v mov webm mkv avi'],
  [FileAudio, 'mp3 m4a wav ogg opus flac aac'],
  [FileArchive, 'zip tar gz tgz xz zst bz2 7z rar'],
  [FileText, 'txt md pdf doc docx odt rtf csv tsv log'],
  [Braces, 'json jsonl yaml yml toml py ts tsx js mjs c cc cpp h rs go java sh ipynb html css sql env ini cfg'],
];

const icons = new Map(byExtension.flatMap(([icon, names]) => names.split(' ').map((name) => [name, icon] as const)));

const iconOf = ({ kind, name }: FileEntry): LucideIcon =>
  kind === 'folder' ? Folder : (icons.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) ?? File);

export const FileIcon = ({ entry, size = 20 }: { entry: FileEntry; size?: number }) =>
  createElement(iconOf(entry), {
    className: `file-icon file-icon-${entry.kind}`,
    size,
    strokeWidth: 1.75,
    'aria-hidden': true,
  });
