/** Who is online, with how many devices, and when the others were last. */
package dev.keywright.presence;
