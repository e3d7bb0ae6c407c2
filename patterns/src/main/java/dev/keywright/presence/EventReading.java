package dev.keywright.presence;

import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads events after a cursor. */
record EventReading(Cursor cursor, int most, Words words) {

    private static final int SWEPT = 25; // as beat.lua says

    List<Command> commands(List<PresenceKeys> keys) {
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            commands.add(keys.get(i).lastEvent());
            commands.add(keys.get(i).events(cursor.id(i), most + 2));
        }
        return commands;
    }

    PresenceEvents read(List<Reply> sweeps, List<Reply> answers) {
        List<PresenceEvent> events = new ArrayList<>();
        List<String> places = new ArrayList<>();
        boolean missed = false;
        boolean more = sweeps.stream().anyMatch(sweep -> Answers.expired(sweep) >= SWEPT);
        for (int part = 0; part < answers.size() / 2; part++) {
            Reply last = answers.get(2 * part);
            List<Reply> entries = answers.get(2 * part + 1).items();
            boolean anchored = !entries.isEmpty() && id(entries.get(0)).equals(cursor.id(part));
            boolean lost = cursor.mustBeThere(part) && !anchored;
            List<Reply> fresh = entries.subList(anchored ? 1 : 0, Math.min(entries.size(), most + (anchored ? 1 : 0)));
            for (Reply entry : fresh) {
                events.add(event(part, entry));
            }
            missed |= lost;
            more |= entries.size() - (anchored ? 1 : 0) > most;
            places.add(
                    !fresh.isEmpty()
                            ? id(fresh.get(fresh.size() - 1))
                            : lost ? Cursor.end(last) : cursor.places().get(part));
        }
        return new PresenceEvents(events, String.join(",", places), missed, more);
    }

    private static String id(Reply entry) {
        return entry.items().get(0).text();
    }

    private PresenceEvent event(int part, Reply entry) {
        List<Reply> fields = entry.items().get(1).items();
        PresenceEvent.Kind kind = switch (fields.get(1).text()) {
            case "j" -> PresenceEvent.Kind.JOINED;
            case "l" -> PresenceEvent.Kind.LEFT;
            default -> PresenceEvent.Kind.EXPIRED;
        };
        return new PresenceEvent(
                part + ":" + id(entry),
                kind,
                words.read(fields.get(3).bytes()),
                Instant.ofEpochMilli(Long.parseLong(fields.get(5).text())));
    }
}
