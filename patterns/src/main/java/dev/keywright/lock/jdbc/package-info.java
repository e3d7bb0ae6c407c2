/** The database's side of a lock: it refuses writes with an older token. */
package dev.keywright.lock.jdbc;
