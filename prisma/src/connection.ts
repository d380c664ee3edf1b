// One SQLite connection for a database object and its Prisma client, kept open for life: libsql's own client opens a new
// one after every transaction, which loses PRAGMAs, and a prepared statement that meets SQLITE_BUSY there blocks every
// later COMMIT (prisma/orm#30028). Here a lock is only ever awaited in `BEGIN IMMEDIATE`, which holds nothing if it fails;
// statements inside the transaction find the lock taken. libsql is synchronous, so a wait blocks this thread for
// `busyTimeoutMs` at most and then goes on asynchronously.
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '@lockstep/shared'
import Sqlite from 'libsql'
import { LostRecordError } from './lost-record-error.ts'
import { cannotOpen, isBusy } from './sqlite-errors.ts'
import { Statements } from './statements.ts'

/** Milliseconds for which SQLite itself waits for a lock, blocking the thread. */
const busyTimeoutMs = 20
const pauseMs = 5
/** Milliseconds after which waiting for another process is given up. */
const patienceMs = 30_000

export interface ConnectionOptions {
  path: string
  readOnly: boolean
}

/** A transaction that spans several turns of the event loop; the connection serves nobody else until it ends. */
export interface OpenTransaction {
  statements: Statements
  end: (how: 'COMMIT' | 'ROLLBACK') => void
}

export class Connection {
  readonly path: string
  readonly readOnly: boolean
  /** Null before the first use and after a failure that left the connection unusable. */
  #current: Statements | null = null
  #tail: Promise<void> = Promise.resolve()
  #closed = false
  /** Which file was opened: the path may come to name another one, or none. */
  #identity: string | null = null

  private constructor({ path, readOnly }: ConnectionOptions) {
    this.path = path
    this.readOnly = readOnly
  }

  /** Opens or creates the file. Throws UserError if it cannot be used. */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const connection = new Connection(options)
    try {
      await patiently(options.path, () =>
        options.readOnly ? connection.#statements : prepareForWriting(options.path, connection.#statements),
      )
      connection.#identity = identityOf(options.path)
      return connection
    } catch (error) {
      connection.#discard()
      throw cannotOpen(options.path, error)
    }
  }

  /** Runs `work`, which must only read, between other uses. */
  async read<T>(work: (statements: Statements) => T): Promise<T> {
    return this.#exclusive(() => patiently(this.path, () => this.#runPrepared(() => work(this.#statements))))
  }

  /** Runs `work` in one transaction. It is run again from the start if the file was locked, so it must change nothing else. */
  async write<T>(work: (statements: Statements) => T): Promise<T> {
    return this.#exclusive(() => {
      this.#refuseIfReplaced()
      return patiently(this.path, () => this.#transact(work))
    })
  }

  /** Starts a transaction for the Prisma client. */
  async begin(): Promise<OpenTransaction> {
    const release = await this.#acquire()
    try {
      this.#refuseIfReplaced()
      await patiently(this.path, () => this.#statements.exec('BEGIN IMMEDIATE'))
    } catch (error) {
      release()
      throw error
    }
    const statements = this.#statements
    let ended = false
    const end = (how: 'COMMIT' | 'ROLLBACK') => {
      if (ended) return
      ended = true
      try {
        // SQLite may have rolled back by itself, say on a full disk: then COMMIT must fail and ROLLBACK has nothing to do.
        if (how === 'COMMIT' || statements.inTransaction) statements.exec(how)
      } finally {
        if (statements.inTransaction) statements.exec('ROLLBACK')
        release()
      }
    }
    return { statements, end }
  }

  /** Runs SQL outside any transaction: for PRAGMAs that need it. */
  async exec(sql: string): Promise<void> {
    return this.#exclusive(() => patiently(this.path, () => this.#statements.exec(sql)))
  }

  /** Waits for what was asked before, then closes the file. */
  async close(): Promise<void> {
    if (this.#closed) return
    await this.#exclusive(async () => {
      this.#closed = true
      this.#discard()
    }).catch((error: unknown) => {
      if (!this.#closed) throw error
    })
  }

  /** SQLite goes on writing to a file that was deleted, where nobody will ever read it. */
  #refuseIfReplaced(): void {
    const now = identityOf(this.path)
    if (this.#identity !== null && now !== this.#identity) throw LostRecordError.noFile(this.path, now === null ? 'none' : 'another file')
  }

  #transact<T>(work: (statements: Statements) => T): T {
    const statements = this.#statements
    statements.exec('BEGIN IMMEDIATE')
    return this.#runPrepared(() => {
      try {
        const result = work(statements)
        statements.exec('COMMIT')
        return result
      } finally {
        if (statements.inTransaction) statements.exec('ROLLBACK')
      }
    })
  }

  /** A prepared statement that meets SQLITE_BUSY stays active in libsql until it is collected, so the connection is replaced. */
  #runPrepared<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (isBusy(error)) this.#discard()
      throw error
    }
  }

  get #statements(): Statements {
    this.#current ??= openStatements(this)
    return this.#current
  }

  #discard(): void {
    this.#current?.close()
    this.#current = null
  }

  async #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.#acquire()
    try {
      return await work()
    } finally {
      release()
    }
  }

  async #acquire(): Promise<() => void> {
    const before = this.#tail
    let release = () => {}
    this.#tail = new Promise((resolve) => {
      release = resolve
    })
    await before
    if (!this.#closed) return release
    release()
    throw new Error(`database: must be open, got a closed one (${this.path})`)
  }
}

/** Device and inode; null where there is no file. */
function identityOf(path: string): string | null {
  const facts = statSync(path, { bigint: true, throwIfNoEntry: false })
  return facts === undefined ? null : `${facts.dev}:${facts.ino}`
}

function openStatements({ path, readOnly }: ConnectionOptions): Statements {
  if (readOnly && !existsSync(path)) throw new UserError(`database: cannot open ${path}: must exist, got no such file`)
  const statements = new Statements(new Sqlite(path, { timeout: busyTimeoutMs }))
  try {
    // NORMAL: a commit survives the death of the process; one of the last commits may be lost to a power cut.
    statements.exec('PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON')
    if (readOnly) statements.exec('PRAGMA query_only=ON')
    return statements
  } catch (error) {
    statements.close()
    throw error
  }
}

/** A file that cannot be written is refused now and not in mid-run: SQLite would open it for reading. */
function prepareForWriting(path: string, statements: Statements): void {
  accessSync(path, constants.W_OK)
  statements.exec('PRAGMA journal_mode=WAL')
}

/** Repeats `work` while another process holds the lock. */
async function patiently<T>(path: string, work: () => T): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error)) throw error
      if (performance.now() > deadline) {
        throw new Error(`database: must be free within ${patienceMs / 1000} s, got ${path} locked by another process`, { cause: error })
      }
      await sleep(pauseMs)
    }
  }
}
