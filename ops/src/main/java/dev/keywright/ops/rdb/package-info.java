/** RDB files, read without a server. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.rdb;
