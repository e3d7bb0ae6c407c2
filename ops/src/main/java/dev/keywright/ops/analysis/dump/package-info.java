/** The keys of an RDB dump, each with what it takes in a server's memory. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.analysis.dump;
