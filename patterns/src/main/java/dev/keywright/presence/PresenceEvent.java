package dev.keywright.presence;

import java.time.Instant;

/**
 * A user came online or went offline.
 *
 * @param id of the event; no other has it
 * @param at by the server's clock; when a user is found to be over later, the moment until which it was online
 */
public record PresenceEvent(String id, Kind kind, String user, Instant at) {

    /** What happened. */
    public enum Kind {
        /** The first device came. */
        JOINED,
        /** The last device left. */
        LEFT,
        /** No device sent heartbeats any more. */
        EXPIRED
    }
}
