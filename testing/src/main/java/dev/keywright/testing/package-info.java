/** {@link dev.keywright.testing.WithRedis} gives JUnit tests a real Redis: one server, or a cluster, or both in turn. */
package dev.keywright.testing;
