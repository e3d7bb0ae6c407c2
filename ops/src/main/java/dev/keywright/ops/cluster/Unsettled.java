package dev.keywright.ops.cluster;

/** The cluster is not as it was last seen, or a node cannot do its part now: look again and go on from there. */
final class Unsettled extends RuntimeException {

    Unsettled(String message) {
        super(message);
    }
}
