import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

export type WireCount = Readonly<{ requests: number; byMethod: Readonly<Record<string, number>>; bytesIn: number; bytesOut: number }>; // prettier-ignore

/** Every request that this process sends over HTTP, whoever sends it, and every byte on its connections. */
export class Wire {
  readonly #sockets = new Set<Socket>();
  #byMethod: Record<string, number> = {};
  #before = { bytesIn: 0, bytesOut: 0 };

  constructor() {
    subscribe('http.client.request.start', (message) => {
      const { request } = message as { request: ClientRequest };
      this.#byMethod[request.method] = (this.#byMethod[request.method] ?? 0) + 1;
      if (request.socket !== null) this.#sockets.add(request.socket);
    });
  }

  /** What went over it since the last call. */
  take(): WireCount {
    const byMethod = this.#byMethod;
    this.#byMethod = {};
    const sockets = [...this.#sockets];
    const bytesIn = sockets.reduce((sum, socket) => sum + socket.bytesRead, 0);
    const bytesOut = sockets.reduce((sum, socket) => sum + socket.bytesWritten, 0);
    const { bytesIn: inBefore, bytesOut: outBefore } = this.#before;
    this.#before = { bytesIn, bytesOut };
    const requests = Object.values(byMethod).reduce((sum, count) => sum + count, 0);
    return { requests, byMethod, bytesIn: bytesIn - inBefore, bytesOut: bytesOut - outBefore };
  }
}
