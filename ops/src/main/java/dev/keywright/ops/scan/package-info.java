/** Reads the keys of a running deployment, gently: names by SCAN, a few facts of each, what the servers say of their memory. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.scan;
