package dev.keywright.inventory;

import dev.keywright.KeywrightException;
import java.util.Map;

/**
 * Nothing was changed, and why.
 *
 * @param free of each product of the basket, when too little is; else empty
 */
public record Refused(String id, Reason reason, Map<String, Long> free) implements Answer {

    /** Why. */
    public enum Reason {
        /** Less is free than the basket asks for. It may be asked again, with the same id. */
        SHORT,
        /** Nobody has reserved under this id, or so long ago that it is forgotten. */
        UNKNOWN,
        /** It was cancelled, perhaps before it began. */
        CANCELLED,
        /** Its hold is over. */
        EXPIRED
    }

    public Refused {
        free = Map.copyOf(free);
    }

    @Override
    public Reservation orThrow() {
        String what = "Reservation " + id + " is refused: ";
        throw switch (reason) {
            case SHORT -> new KeywrightException.Unavailable(what + "free are only " + free + ".", false);
            case UNKNOWN ->
                new KeywrightException.Misused(
                        what + "nobody has reserved under this id. Reserve first, or ask earlier.");
            case CANCELLED -> new KeywrightException.Lost(what + "it was cancelled. Reserve under a new id.");
            case EXPIRED -> new KeywrightException.Lost(what + "its hold is over. Reserve under a new id.");
        };
    }
}
