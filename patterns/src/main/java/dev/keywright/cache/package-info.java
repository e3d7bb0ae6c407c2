/** Caches over Redis: cache-aside, read-through, write-through, write-behind, refresh-ahead, near cache. */
package dev.keywright.cache;
