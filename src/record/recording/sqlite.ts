import Database from 'better-sqlite3';

/** Handles that must not be collected before the process ends. */
const kept: unknown[] = [];

function keep<T>(handle: T): T {
  kept.push(handle);
  return handle;
}

/**
 * Opens an SQLite file.
 *
 * On Node 24, better-sqlite3 12 aborts the process when the collector frees a connection, a
 * statement or an iterator (an assertion in RemoveEnvironmentCleanupHook; mended in 13, which does
 * not run on Node 20). So every handle is kept until the process ends; they are few and small.
 * Throws what better-sqlite3 throws.
 */
export function openSqlite(path: string, options: Database.Options = {}): Database.Database {
  const db = keep(new Database(path, options));
  const prepare = db.prepare.bind(db);
  db.prepare = ((sql: string) => {
    const statement = keep(prepare(sql));
    const iterate = statement.iterate.bind(statement);
    statement.iterate = (...parameters) => keep(iterate(...parameters));
    return statement;
    // The overloads differ in the types of parameters and rows alone.
  }) as typeof db.prepare;
  db.pragma = (source, { simple = false } = {}) => {
    const statement = db.prepare(`PRAGMA ${source}`);
    if (!statement.reader) return statement.run();
    return simple ? statement.pluck().get() : statement.all();
  };
  return db;
}
