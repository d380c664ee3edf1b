import { access } from 'node:fs/promises'
import { join } from 'node:path'

/** Where a dataset's file is in its directory: under its name, or unpacked without the .gz; null if neither exists. */
export async function findFile(directory: string, name: string): Promise<string | null> {
  for (const candidate of [name, name.replace(/\.gz$/, '')]) {
    const path = join(directory, candidate)
    if (await exists(path)) return path
  }
  return null
}

/** A file that is there but cannot be reached exists too: opening it says what is wrong, better than "not found". */
async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code !== 'ENOENT' && code !== 'ENOTDIR'
  }
}
