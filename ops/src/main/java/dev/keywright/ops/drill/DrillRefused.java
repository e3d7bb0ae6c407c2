package dev.keywright.ops.drill;

/** The drill will not do that to these servers; the message says why and what would allow it. Nothing was done. */
public final class DrillRefused extends RuntimeException {

    DrillRefused(String message) {
        super(message);
    }
}
