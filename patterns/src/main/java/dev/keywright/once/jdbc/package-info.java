/** Effects in a database that happen once, as the database itself sees to it. */
package dev.keywright.once.jdbc;
