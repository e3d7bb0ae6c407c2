/** Finds keys by their names on servers that run. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.keys;
