package dev.keywright.inventory;

import dev.keywright.KeywrightException;

/** What became of a call: the {@link Reservation} as it is now, or why there is none, {@link Refused}. */
public sealed interface Answer permits Reservation, Refused {

    /**
     * The reservation.
     *
     * @throws KeywrightException.Lost when its hold is over or it was cancelled
     * @throws KeywrightException.Unavailable when too little is free
     * @throws KeywrightException.Misused when the call can never succeed
     */
    Reservation orThrow();
}
