/** The front door, {@link dev.keywright.Keywright}, and what can go wrong, {@link dev.keywright.KeywrightException}. */
package dev.keywright;
