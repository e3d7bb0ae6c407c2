/** A checker of locks: processes that write under a lock, faults that befall them, and what the resource they write to has seen. */
@org.jspecify.annotations.NullMarked
package dev.keywright.benchmarks.history;
