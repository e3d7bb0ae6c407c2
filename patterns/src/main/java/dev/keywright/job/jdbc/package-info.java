/** Jobs that are put in by a transaction of a database, if and only if it commits. */
package dev.keywright.job.jdbc;
