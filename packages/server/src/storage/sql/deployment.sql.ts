import type { DeploymentStore } from '../ports/index.js';
import type { Database } from './database.js';
import type { DeploymentValuesTable } from './schema.js';
import { defineStatement } from './statement.js';

const findValue = defineStatement((db, p: { name: string }) =>
  db.selectFrom('deployment_values').selectAll().where('name', '=', p.name),
);

const insertValue = defineStatement((db, p: DeploymentValuesTable) =>
  db
    .insertInto('deployment_values')
    .values({ name: p.name, value: p.value })
    .onConflict((conflict) => conflict.column('name').doNothing()),
);

/** What the deployment agrees on, in SQL. */
export function sqlDeployment(database: Database): DeploymentStore {
  return {
    async keep(name, value) {
      const before = await database.readFirst(findValue, { name });
      if (before !== undefined) return before.value;
      if ((await database.write(insertValue, { name, value })) === 1) return value;
      return (await database.readFirst(findValue, { name }))?.value ?? value;
    },
    find: async (name) => (await database.readFirst(findValue, { name }))?.value,
  };
}
