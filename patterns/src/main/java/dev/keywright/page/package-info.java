/** Pages of what is kept in order of time, and the ids in them; for the patterns that list things newest first. */
package dev.keywright.page;
