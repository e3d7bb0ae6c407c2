/** Writes that happen only when the value is still the one that was read; see {@link dev.keywright.compare.CompareAndSet}. */
package dev.keywright.compare;
