/** Moving files to and from a bucket as a straightforward program would: the same SDK, nothing encrypted, nothing resumed, nobody raced. */
import { createWriteStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { inParallel } from '../../main/vault/in-parallel.js';

const partBytes = 16 * 1024 * 1024;
const partsAtOnce = 4;
const filesAtOnce = 16;

export const plainClient = (endpoint: string): S3Client =>
  new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });

export const plainUp = async (client: S3Client, Bucket: string, Key: string, file: string): Promise<void> => {
  const { size } = statSync(file);
  if (size <= partBytes) {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: readFileSync(file) }));
    return;
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const handle = await open(file);
  const numbers = Array.from({ length: Math.ceil(size / partBytes) }, (_, i) => i + 1);
  const Parts = await inParallel(numbers, partsAtOnce, async (PartNumber) => {
    const start = (PartNumber - 1) * partBytes;
    const Body = Buffer.allocUnsafe(Math.min(partBytes, size - start));
    await handle.read(Body, 0, Body.length, start);
    const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    return { PartNumber, ...(ETag !== undefined && { ETag }) };
  });
  await handle.close();
  await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
};

export const plainDown = async (client: S3Client, Bucket: string, Key: string, file: string): Promise<void> => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  await pipeline(Body as Readable, createWriteStream(file));
};

export const plainUpAll = async (client: S3Client, Bucket: string, prefix: string, folder: string): Promise<void> => {
  await inParallel(readdirSync(folder), filesAtOnce, (name) =>
    plainUp(client, Bucket, `${prefix}${name}`, join(folder, name)),
  );
};

export const plainDownAll = async (
  client: S3Client,
  Bucket: string,
  names: readonly (readonly [key: string, file: string])[],
): Promise<void> => {
  await inParallel(names, filesAtOnce, async ([Key, file]) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    await writeFile(file, (await Body?.transformToByteArray()) ?? new Uint8Array(0));
  });
};
