import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A proxy that tunnels TLS, and what was asked of it. */
export interface ConnectProxy {
  readonly address: string;
  /** `host:port` of every tunnel, in order. */
  readonly asked: string[];
  /** The Proxy-Authorization of every tunnel that had one. */
  readonly credentials: string[];
  /** Where names lead that no server of names knows. */
  readonly hosts: Map<string, string>;
}

/** Starts a proxy on this machine that ends with the test. */
export async function startConnectProxy(): Promise<ConnectProxy> {
  const asked: string[] = [];
  const credentials: string[] = [];
  const hosts = new Map<string, string>();
  const server = createServer().on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(request.url ?? '');
    const login = request.headers['proxy-authorization'];
    if (login !== undefined) credentials.push(login);
    const [host = '', port] = (request.url ?? '').split(':');
    const target = connect(Number(port), hosts.get(host) ?? host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(client);
      client.pipe(target);
    });
    target.on('error', () => client.destroy());
    client.on('error', () => target.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${String(port)}`, asked, credentials, hosts };
}
