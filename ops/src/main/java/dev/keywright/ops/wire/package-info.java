/** The bare protocol: one connection to one server, for what must not share a client, or must be lean. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.wire;
