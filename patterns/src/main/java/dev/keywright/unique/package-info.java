/** How many different ones there were, and whether one was there before, in little memory. */
package dev.keywright.unique;
