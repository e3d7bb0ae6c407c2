/** Which keys and commands of a live server are hot, seen for a bounded time at a stated price. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.hot;
