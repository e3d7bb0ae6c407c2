/** Topologies that run on this machine: started, watched, told of and ended. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.local;
