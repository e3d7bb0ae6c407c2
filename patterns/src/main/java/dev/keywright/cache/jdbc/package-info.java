/** A writer for caches that brings changes to a database over JDBC. */
package dev.keywright.cache.jdbc;
