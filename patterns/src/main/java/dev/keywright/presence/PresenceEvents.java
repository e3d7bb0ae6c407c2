package dev.keywright.presence;

import java.util.List;

/**
 * Events from a cursor on.
 *
 * @param events in the order in which they happened, for each partition; so always for each user
 * @param next cursor from which to read on, which may be stored
 * @param missed whether events may have come and been dropped since the cursor: look at who is online
 * @param more whether there are more already
 */
public record PresenceEvents(List<PresenceEvent> events, String next, boolean missed, boolean more) {

    public PresenceEvents {
        events = List.copyOf(events);
    }
}
