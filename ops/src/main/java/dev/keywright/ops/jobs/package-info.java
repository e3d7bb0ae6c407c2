/** Looks at job queues, and steers them. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.jobs;
