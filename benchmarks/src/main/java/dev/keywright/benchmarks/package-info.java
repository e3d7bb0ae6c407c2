/** Keywright beside its peers and beside the floor: what a skilled hand writes with the client library alone. */
@org.jspecify.annotations.NullMarked
package dev.keywright.benchmarks;
