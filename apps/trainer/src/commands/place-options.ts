import type { Command } from 'commander'

/** The options that say where data, runs and the database are. */
export function addPlaceOptions(command: Command): Command {
  return command
    .optionsGroup('Places:')
    .option('--data-dir <dir>', 'datasets (default: $LOCKSTEP_DATA_DIR or ./data)')
    .option('--runs-dir <dir>', 'checkpoints and the default database (default: $LOCKSTEP_RUNS_DIR or ./runs)')
    .option('--database <url>', 'SQLite database as file:PATH (default: $DATABASE_URL or lockstep.db in the runs directory)')
}
