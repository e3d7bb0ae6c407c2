package dev.keywright.ops.scan;

/** Waiting will not help this scan; the message says what will. */
final class Stuck extends RuntimeException {
    Stuck(String message) {
        super(message);
    }
}
