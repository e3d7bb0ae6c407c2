/** A lock over several masters that know nothing of each other. */
package dev.keywright.redlock;
