package dev.keywright.cart;

import java.util.OptionalLong;

/**
 * One article of a {@link Cart}.
 *
 * @param quantity units, 1 or more
 * @param price of one unit when it was shown with the last change that said one, in the smallest unit of money, such as cents
 */
public record Line(String article, long quantity, OptionalLong price) {

    /**
     * All units at that price; empty when there is no price.
     *
     * @throws ArithmeticException beyond 2^63 - 1
     */
    public OptionalLong total() {
        return price.isPresent() ? OptionalLong.of(Math.multiplyExact(price.getAsLong(), quantity)) : price;
    }
}
