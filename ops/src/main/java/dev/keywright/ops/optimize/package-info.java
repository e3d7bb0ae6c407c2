/** Smaller memory, tried on a copy before the real server is touched. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.optimize;
