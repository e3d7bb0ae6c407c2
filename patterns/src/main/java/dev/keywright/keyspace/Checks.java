package dev.keywright.keyspace;

import java.time.Duration;

final class Checks {

    private Checks() {}

    static void positive(String what, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(what + " is " + value + "; give 1 ms or more");
        }
    }
}
