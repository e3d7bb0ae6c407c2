/** Who follows whom. */
package dev.keywright.follow;
