/** What a server keeps on disk, and how that is changed while it runs. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.persistence;
