/** Locks between processes, with fencing tokens. */
package dev.keywright.lock;
