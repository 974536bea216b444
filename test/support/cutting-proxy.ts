import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A proxy for plain HTTP whose connections can be cut. */
export interface CuttingProxy {
  readonly address: string;
  /** Breaks off every connection; until `mend` new ones are refused, too. */
  cut(): void;
  mend(): void;
}

/** Starts a proxy on this machine that passes each connection's one request on as it is. */
export async function startCuttingProxy(): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {
      socket.destroy();
    });
  };
  const server = createServer((client) => {
    keep(client);
    if (isCut) {
      client.destroy();
      return;
    }
    client.once('data', (first: Buffer) => {
      const text = first.toString('latin1');
      const [, host = '', port = '80'] = /^GET http:\/\/([^:/]+):(\d+)\//.exec(text) ?? [];
      if (host !== '127.0.0.1') {
        client.destroy();
        return;
      }
      const target = connect(Number(port), host, () => {
        target.write(text.replace(/^GET http:\/\/[^/]+/, 'GET '), 'latin1');
        client.pipe(target).pipe(client);
      });
      keep(target);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${String(port)}`,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      isCut = false;
    },
  };
}
