/** Values that all processes of a deployment share. They never change. */
export interface DeploymentStore {
  /**
   * Stores a value under a name, unless there is one. Of many simultaneous calls, one succeeds.
   *
   * @returns the stored value, also if another process wrote it
   */
  keep(name: string, value: string): Promise<string>;
  find(name: string): Promise<string | undefined>;
}
