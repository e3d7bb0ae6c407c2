package dev.keywright.cart;

/**
 * A cart as it is at checkout.
 *
 * @param asShown whether it is what was shown: nothing has changed since
 * @param cart as it is now; show it again when it is not the same
 */
public record Checkout(boolean asShown, Cart cart) {}
