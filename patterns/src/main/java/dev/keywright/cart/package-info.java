/** Shopping carts that lose no change of two tabs and double none of a retry; see {@link dev.keywright.cart.Carts}. */
package dev.keywright.cart;
