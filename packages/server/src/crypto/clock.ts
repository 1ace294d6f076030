/** Returns the time in whole seconds since the epoch. Tests pass their own. */
export type Clock = () => number;

export const systemClock: Clock = () => Math.floor(Date.now() / 1000);
