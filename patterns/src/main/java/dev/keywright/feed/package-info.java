/** The newest items of those one follows, or of anything else. */
package dev.keywright.feed;
