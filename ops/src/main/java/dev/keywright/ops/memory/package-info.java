/** What data takes in a server's memory, before it is there. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.memory;
