/** Names of keys, how long they live, and work on many of them: loading, expiring, removing. */
package dev.keywright.keyspace;
