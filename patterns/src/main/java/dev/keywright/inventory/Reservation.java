package dev.keywright.inventory;

import java.time.Duration;

/**
 * Units of a basket under an id.
 *
 * @param basket as it was reserved; that of the call where the answer does not say
 * @param left of its hold, by the server's clock when it answered; zero unless it is held
 */
public record Reservation(String id, Basket basket, State state, Duration left) implements Answer {

    /** Where its units are. */
    public enum State {
        /** Set aside, until it is confirmed, cancelled or over. */
        HELD,
        /** Sold. */
        CONFIRMED,
        /** Given back. */
        CANCELLED,
        /** Given back, as its hold was over. */
        EXPIRED
    }

    @Override
    public Reservation orThrow() {
        return this;
    }
}
