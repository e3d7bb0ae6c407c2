/** What goes on in running servers: one look, a second look some seconds later, a look each second, and figures for others to watch. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.watch;
