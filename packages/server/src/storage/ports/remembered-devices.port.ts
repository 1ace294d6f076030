import type { Note } from './audit.port.js';

/** A browser in which a user need not use a second factor for a time. */
export interface RememberedDeviceRecord {
  readonly id: string;
  readonly accountId: string;
  /** SHA-256 of the token in its cookie. */
  readonly tokenHash: string;
  /** The browser and the system, such as `Firefox, Linux`; empty if unknown. */
  readonly name: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface RememberedDeviceStore {
  /** Adds a device. Of more than `mostPerAccount`, the oldest are deleted. */
  add(
    device: RememberedDeviceRecord,
    mostPerAccount: number,
    note?: Note<RememberedDeviceRecord>,
  ): Promise<void>;
  /** Whether one of these tokens belongs to a device of the account that has not expired. */
  isRemembered(accountId: string, tokenHashes: readonly string[], now: number): Promise<boolean>;
  /** The devices of an account that have not expired, newest first. */
  listOf(accountId: string, now: number): Promise<readonly RememberedDeviceRecord[]>;
  /** @param id undefined for all devices of the account. @returns how many were removed */
  remove(accountId: string, id: string | undefined, note?: Note<number>): Promise<number>;
  /** Deletes expired devices. @returns how many */
  purge(now: number, limit: number): Promise<number>;
}
