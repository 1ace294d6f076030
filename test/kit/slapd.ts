import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFreePorts, TestProcess } from './grantor-process.js';
import type { LdapEntry, TestCertificate } from './ldap-server.js';

const PROGRAM = '/usr/sbin/slapd';
const SCHEMAS = '/etc/ldap/schema';

/** Whether Debian's package `slapd` is installed. */
export const hasSlapd = existsSync(PROGRAM) && existsSync(`${SCHEMAS}/inetorgperson.schema`);

export interface Slapd {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts OpenLDAP's slapd with these entries below `dc=example,dc=com`. It offers StartTLS. */
export async function startSlapd(
  entries: readonly LdapEntry[],
  { serviceDn, servicePassword, tls }: SlapdSettings,
): Promise<Slapd> {
  const folder = await mkdtemp(join(tmpdir(), 'grantor-slapd-'));
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const config = await file(
    'slapd.conf',
    [
      ...['core', 'cosine', 'inetorgperson'].map((name) => `include ${SCHEMAS}/${name}.schema`),
      'modulepath /usr/lib/ldap',
      'moduleload back_mdb',
      `TLSCertificateFile ${await file('cert.pem', tls.cert)}`,
      `TLSCertificateKeyFile ${await file('key.pem', tls.key)}`,
      'database mdb',
      'suffix "dc=example,dc=com"',
      `rootdn "${serviceDn}"`,
      `rootpw ${servicePassword}`,
      `directory ${folder}`,
      'access to attrs=userPassword by anonymous auth by * none',
      'access to * by * none',
    ].join('\n'),
  );
  const ldif = await file('entries.ldif', ldifOf(entries));
  const added = await new TestProcess('/usr/sbin/slapadd', ['-f', config, '-l', ldif]).ended();
  if (added.code !== 0) throw new Error(`slapadd failed: ${added.stderr}`);
  const { process, url } = await onFreePorts(1, ([port = 0]) => listen(config, port));
  return {
    url,
    async stop() {
      await process.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface SlapdSettings {
  readonly serviceDn: string;
  readonly servicePassword: string;
  readonly tls: TestCertificate;
}

async function listen(config: string, port: number) {
  const url = `ldap://localhost:${port}`;
  const process = new TestProcess(PROGRAM, ['-d', 'stats', '-f', config, '-h', url]);
  await process.untilPrinted(/slapd starting/, 'stderr');
  return { process, url };
}

/** RFC 2849. Values are plain text without a space or a colon at their beginning. */
function ldifOf(entries: readonly LdapEntry[]): string {
  return entries
    .map(({ dn, attributes, password }) =>
      [
        `dn: ${dn}`,
        ...Object.entries(attributes).flatMap(([name, values]) => values.map((value) => `${name}: ${value}`)),
        ...(password === undefined ? [] : [`userPassword: ${password}`]),
      ].join('\n'),
    )
    .join('\n\n');
}
