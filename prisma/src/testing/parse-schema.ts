// Reads as much of schema.prisma as the test needs that compares it with a database: an independent reading, not Prisma's.

export interface Model {
  name: string
  columns: { name: string; type: string; notNull: boolean; default: string | null }[]
  primaryKey: string[]
  /** Columns of each index, in the order of the indexes' names. */
  indexes: string[][]
  references: { table: string; from: string; to: string; on_delete: string }[]
}

const sqlTypes: Record<string, string> = { String: 'TEXT', Int: 'INTEGER', Float: 'REAL', Boolean: 'BOOLEAN', Bytes: 'BLOB' }

/** Every model of a schema, in its order. */
export function parseSchema(text: string): Model[] {
  return [...text.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)].map(([, name, body]) => parseModel(name, body))
}

function parseModel(name: string, body: string): Model {
  const model: Model = { name, columns: [], primaryKey: [], indexes: [], references: [] }
  for (const line of body.split('\n').map((text) => text.trim())) {
    const [, field, type, mark, rest] = /^(\w+)\s+(\w+)([?[\]]*)\s*(.*)$/.exec(line) ?? []
    if (line.startsWith('@@id')) model.primaryKey = namesIn(line)
    else if (line.startsWith('@@index')) model.indexes.push(namesIn(line))
    else if (field && sqlTypes[type]) {
      const [, byDefault] = /@default\((.*)\)/.exec(rest) ?? []
      model.columns.push({ name: field, type: sqlTypes[type], notNull: mark === '', default: byDefault ?? null })
      if (/@id\b/.test(rest)) model.primaryKey = [field]
    } else if (field && rest.includes('@relation')) {
      const [, from, to] = /fields: \[(\w+)\], references: \[(\w+)\]/.exec(rest) ?? []
      const onDelete = /onDelete: (\w+)/.exec(rest)?.[1] ?? 'Restrict'
      model.references.push({ table: type, from, to, on_delete: onDelete.toUpperCase() })
    }
  }
  model.indexes.sort((a, b) => (a.join('_') < b.join('_') ? -1 : 1))
  return model
}

function namesIn(line: string): string[] {
  return (/\[(.*)\]/.exec(line)?.[1] ?? '').split(',').map((name) => name.trim())
}
