/** Backups of running Redis servers, proved by loading them, and the way back. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.backup;
