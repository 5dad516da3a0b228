import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { familyOf } from './processes.ts';

/** A socket that takes what comes: TCP that listens, or UDP that is not tied to one peer. */
export interface Listener {
  protocol: 'tcp' | 'tcp6' | 'udp' | 'udp6';
  /** As the kernel writes it: `127.0.0.1`, `::1`, `0.0.0.0`. */
  address: string;
  port: number;
  /** Name of the program. */
  process: string;
}

/** All of a process and of what it and its children started, as the kernel lists them. */
export function listenersOf(pid: number): Listener[] {
  const owners = new Map(familyOf(pid).flatMap(({ pid }) => socketsOf(pid).map((inode) => [inode, nameOf(pid)])));
  return (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap((protocol) =>
    readFileSync(`/proc/net/${protocol}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', remote = '', state, , , , , , inode = ''] = line.trim().split(/\s+/);
        const process = owners.get(inode);
        const takes = protocol.startsWith('tcp') ? state === '0A' : /^0+:0000$/.test(remote);
        return process && takes ? [{ protocol, ...readAddress(local), process }] : [];
      }),
  );
}

export const isLoopback = ({ address }: Listener) => address.startsWith('127.') || address === '::1';

/** Inodes of its sockets. */
function socketsOf(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(tryRead(() => readlinkSync(`${folder}/${fd}`)))?.[1] ?? [],
    );
  } catch {
    return []; // it ended in between
  }
}

/** Of its program: as a name of itself Node 24 has that of its first thread. */
const nameOf = (pid: number) => basename(tryRead(() => readlinkSync(`/proc/${pid}/exe`)));

function tryRead(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** Words of 32 bits in hex, each with its last byte first. */
function readAddress(text: string): { address: string; port: number } {
  const [hex = '', port = ''] = text.split(':');
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].reverse());
  const isLoopback6 = bytes.length === 16 && bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1;
  const address = bytes.length === 4 ? bytes.join('.') : isLoopback6 ? '::1' : Buffer.from(bytes).toString('hex');
  return { address, port: Number.parseInt(port, 16) };
}
