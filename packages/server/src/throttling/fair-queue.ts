import type { MemoryTables } from '../memory/tables.js';

/** When to send a request again that a full queue refused, in seconds. The queue empties faster than that. */
const RETRY_SECONDS = 2;

/** The error of work that a full queue refused, or dropped to make room. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
  /** After how many seconds another attempt is worthwhile. */
  readonly retryAfterSeconds = RETRY_SECONDS;

  constructor(queue: string) {
    super(`The queue of ${queue} is full`);
  }
}

/** A bounded queue in front of costly work. Lanes take turns, so that a flood in one lane delays that lane. */
export interface FairQueue {
  /**
   * @param lane the source of the work: a network, a browser
   * @param isPreferred whether it gets three of four turns and is dropped last
   * @throws QueueFull if the work was not started
   */
  run<T>(lane: string, isPreferred: boolean, work: () => Promise<T>): Promise<T>;
}

export interface FairQueueSettings {
  /** What waits in it, such as `passwords to be hashed`. Unique within a server. */
  readonly name: string;
  /** How much work runs at once. */
  readonly concurrency: number;
  /** The most work that waits. At the bound, the newest work of the longest lane is dropped. */
  readonly maxWaiting: number;
}

/** One of so many turns is for work that is not preferred, so that preferred work cannot stop it. */
const TURNS = 4;

interface Waiting {
  readonly start: () => void;
  readonly drop: () => void;
}

/** Lanes in the order of their turns. */
type Lanes = Map<string, Waiting[]>;

export function createFairQueue(
  tables: MemoryTables,
  { name, concurrency, maxWaiting }: FairQueueSettings,
): FairQueue {
  const preferred: Lanes = new Map();
  const usual: Lanes = new Map();
  let waiting = 0;
  let running = 0;
  let turns = 0;
  tables.announce({
    name,
    maxEntries: maxWaiting,
    eviction: 'drops the longest queue',
    size: () => waiting,
  });

  function next(): Waiting | undefined {
    if (preferred.size === 0 || usual.size === 0) return takeTurn(preferred) ?? takeTurn(usual);
    turns = (turns + 1) % TURNS;
    return takeTurn(turns === 0 ? usual : preferred);
  }

  function startNext(): void {
    while (running < concurrency) {
      const turn = next();
      if (turn === undefined) return;
      waiting -= 1;
      running += 1;
      turn.start();
    }
  }

  /** Makes room for one more in a lane. @returns whether there is room now */
  function makeRoom(lane: string, isPreferred: boolean): boolean {
    if (waiting < maxWaiting) return true;
    const own = ((isPreferred ? preferred : usual).get(lane)?.length ?? 0) + 1;
    const dropped =
      isPreferred && usual.size > 0
        ? dropFromLongest(usual, 0)
        : dropFromLongest(isPreferred ? preferred : usual, own);
    if (dropped) waiting -= 1;
    return dropped;
  }

  return {
    async run(lane, isPreferred, work) {
      if (!makeRoom(lane, isPreferred)) throw new QueueFull(name);
      await new Promise<void>((start, reject) => {
        waiting += 1;
        add(isPreferred ? preferred : usual, lane, { start, drop: () => reject(new QueueFull(name)) });
        startNext();
      });
      try {
        return await work();
      } finally {
        running -= 1;
        startNext();
      }
    },
  };
}

function add(lanes: Lanes, lane: string, entry: Waiting): void {
  const entries = lanes.get(lane);
  if (entries === undefined) lanes.set(lane, [entry]);
  else entries.push(entry);
}

/** Takes the oldest work of the lane whose turn it is. The lane then waits behind the others. */
function takeTurn(lanes: Lanes): Waiting | undefined {
  const [turn] = lanes;
  if (turn === undefined) return undefined;
  const [lane, entries] = turn;
  const next = entries.shift();
  lanes.delete(lane);
  if (entries.length > 0) lanes.set(lane, entries);
  return next;
}

/** Drops the newest work of the longest lane, if that has more than `least`. */
function dropFromLongest(lanes: Lanes, least: number): boolean {
  let longest: readonly [string, Waiting[]] | undefined;
  for (const lane of lanes) {
    if (lane[1].length > (longest?.[1].length ?? least)) longest = lane;
  }
  if (longest === undefined) return false;
  const [lane, entries] = longest;
  entries.pop()?.drop();
  if (entries.length === 0) lanes.delete(lane);
  return true;
}
