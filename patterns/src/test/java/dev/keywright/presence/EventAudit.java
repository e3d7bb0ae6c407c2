package dev.keywright.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads all events and replays them: for each user joined and left must take turns. */
final class EventAudit {

    final List<PresenceEvent> events = new ArrayList<>();
    final Set<String> online = new HashSet<>();
    private final Set<String> ids = new HashSet<>();
    private String cursor = "";

    void read(Presence presence) {
        PresenceEvents page;
        do {
            page = presence.events(cursor, 50);
            assertThat(page.missed()).isFalse();
            cursor = page.next();
            for (PresenceEvent event : page.events()) {
                assertThat(ids.add(event.id())).isTrue();
                boolean turn = event.kind() == PresenceEvent.Kind.JOINED
                        ? online.add(event.user())
                        : online.remove(event.user());
                assertThat(turn).as("%s is a transition", event).isTrue();
                events.add(event);
            }
        } while (page.more());
    }

    List<String> of(String user) {
        return events.stream()
                .filter(event -> event.user().equals(user))
                .map(event -> event.kind().name())
                .toList();
    }

    /** A process that a busy machine stalls for a TTL loses its users, and they are back with its next heartbeat: no fault, and cut out. */
    List<String> withoutStalls(String user) {
        List<String> kinds = new ArrayList<>();
        for (String kind : of(user)) {
            int last = kinds.size() - 1;
            if (kind.equals("JOINED") && last >= 0 && kinds.get(last).equals("EXPIRED")) {
                kinds.remove(last);
            } else {
                kinds.add(kind);
            }
        }
        return kinds;
    }
}
