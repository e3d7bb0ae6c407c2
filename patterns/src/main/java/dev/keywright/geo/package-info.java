/** Members by position: who is near, of places that stay or things that move. */
package dev.keywright.geo;
