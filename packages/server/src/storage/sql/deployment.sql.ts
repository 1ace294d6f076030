import type { DeploymentStore } from '../ports/index.js';
import type { TableRow } from './codec/table.js';
import type { Database } from './database.js';
import { defineStatement } from './statement.js';
import { deploymentValuesTable } from './tables/deployment.table.js';

const findValue = defineStatement((db, p: { name: string }) =>
  db.selectFrom('deployment_values').selectAll().where('name', '=', p.name),
);

const insertValue = defineStatement((db, p: TableRow<typeof deploymentValuesTable>) =>
  db
    .insertInto('deployment_values')
    .values(deploymentValuesTable.values(p))
    .onConflict((conflict) => conflict.column('name').doNothing()),
);

/** Values that all processes of a deployment share, in SQL. */
export function sqlDeployment(database: Database): DeploymentStore {
  return {
    async keep(name, value) {
      const before = await database.readFirst(findValue, { name });
      if (before !== undefined) return before.value;
      if ((await database.write(insertValue, deploymentValuesTable.rowOf({ name, value }))) === 1)
        return value;
      return (await database.readFirst(findValue, { name }))?.value ?? value;
    },
    find: async (name) => (await database.readFirst(findValue, { name }))?.value,
  };
}
