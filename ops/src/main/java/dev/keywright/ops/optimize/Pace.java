package dev.keywright.ops.optimize;

import java.time.Duration;

/**
 * How long running servers are given.
 *
 * @param window for answers of others to become slow after a change
 * @param reckoned until a server has added up its clients' buffers, which it does once a second
 */
record Pace(Duration window, Duration reckoned) {

    static final Pace USUAL = new Pace(Duration.ofMillis(500), Duration.ofMillis(1_200));
}
