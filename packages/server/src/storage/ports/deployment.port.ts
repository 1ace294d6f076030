/** Values that all processes of a deployment share for as long as its database lives. */
export interface DeploymentStore {
  /**
   * Keeps a value under a name, unless there is one already; of many that try at once one wins.
   *
   * @returns what is kept, whoever wrote it
   */
  keep(name: string, value: string): Promise<string>;
  find(name: string): Promise<string | undefined>;
}
