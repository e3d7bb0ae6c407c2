/** Breaks a topology on purpose while a workload runs whose every write is checked afterwards, and says what a client saw. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.drill;
