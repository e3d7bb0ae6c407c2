/** Suggestions for what was typed so far, the most popular first; see {@link dev.keywright.autocomplete.Autocomplete}. */
package dev.keywright.autocomplete;
