/** Load on servers and what became of it: generated or replayed, closed or open loop, one server or two compared. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.benchmark;
