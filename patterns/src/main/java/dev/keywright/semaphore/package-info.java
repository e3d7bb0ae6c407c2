/** Permits that all processes share. */
package dev.keywright.semaphore;
