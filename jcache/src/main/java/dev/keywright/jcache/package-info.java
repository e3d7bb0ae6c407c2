/**
 * JCache (JSR-107) over Redis: {@code Caching.getCachingProvider("dev.keywright.jcache.KeywrightCachingProvider")}. Entries live in
 * Redis and are shared by every process whose cache has the same name; listeners and statistics are those of the process.
 */
@NullMarked
package dev.keywright.jcache;

import org.jspecify.annotations.NullMarked;
