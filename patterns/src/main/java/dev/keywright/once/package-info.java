/** Idempotency keys: work that is asked for many times and has one recorded outcome; see {@link dev.keywright.once.Once}. */
package dev.keywright.once;
