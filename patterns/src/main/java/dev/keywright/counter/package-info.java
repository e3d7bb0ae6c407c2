/** How often things happened, by minute, hour and day. */
package dev.keywright.counter;
