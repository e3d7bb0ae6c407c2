package dev.keywright.connection;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a connection is at this moment, without asking a server.
 *
 * @param connected nodes with a standing connection
 * @param lastFailure what went wrong last: a connection that broke or could not be opened, a call that failed
 */
public record Health(List<Endpoint> connected, Optional<Failure> lastFailure) {

    /** Something that went wrong, and how long ago. */
    public record Failure(String what, Duration ago) {}

    public Health {
        connected = List.copyOf(connected);
    }
}
