import type { SqlValue, Statements } from './statements.ts'

/** Rows per statement, largest first: few enough parameters for SQLite, few enough statements for the cache. */
const chunkSizes = [128, 16, 1]

/**
 * Inserts rows given as arrays in column order. Many rows a statement with bound values: as fast as INSERT … SELECT from
 * json_each, and exact, where SQLite's reading of decimal text misses the last bit of some numbers.
 */
export function insertRows(
  statements: Statements,
  verb: 'INSERT' | 'INSERT OR REPLACE',
  table: string,
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
): void {
  const head = `${verb} INTO "${table}" (${columns.map((column) => `"${column}"`).join(', ')}) VALUES `
  const row = `(${columns.map(() => '?').join(', ')})`
  let start = 0
  for (const size of chunkSizes) {
    const sql = head + new Array<string>(size).fill(row).join(', ')
    for (; rows.length - start >= size; start += size) statements.run(sql, rows.slice(start, start + size).flat())
  }
}
