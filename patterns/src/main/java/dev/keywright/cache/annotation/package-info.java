/** Caches by annotation, for interfaces of plain Java: no framework, no weaving, everything goes through {@link dev.keywright.cache.Cache}. */
package dev.keywright.cache.annotation;
