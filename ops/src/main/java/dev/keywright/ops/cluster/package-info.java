/** Redis Cluster as its nodes see it: checked, planned and resharded while clients go on. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.cluster;
