/** Looks at streams and their groups, whoever made them, and puts them in order. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.streams;
