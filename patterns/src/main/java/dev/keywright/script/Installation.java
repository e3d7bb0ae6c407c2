package dev.keywright.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.connection.Session;
import dev.keywright.connection.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One run over all masters. Nothing in Redis replaces a library only if it is older, so each master gets a guard: a key that lies on
 * it and that every install changes. It is watched while the library is looked at, and written together with it; an install that
 * looked before another one wrote finds its transaction gone and looks again.
 */
final class Installation {

    private static final int ROUNDS = 20;
    private static final int MOST_TAGS = 2_000_000;
    /** A guard need only outlive a look and a write. */
    private static final String GUARD_SECONDS = "600";

    private final Connection connection;
    private final String name;
    private final String source;
    private final LibraryVersion version;
    private final boolean force;
    private final Duration timeout;

    Installation(Connection connection, String name, String source, LibraryVersion version, boolean force) {
        this.connection = connection;
        this.name = name;
        this.source = source;
        this.version = version;
        this.force = force;
        this.timeout = connection.options().timeout();
    }

    List<Installed> run() {
        Map<String, String> guards = guards();
        guards.forEach((master, guard) -> {
            try (Session session = connection.dedicated(guard.getBytes(UTF_8))) {
                judge(master, found(session));
            }
        });
        List<Installed> all = new ArrayList<>();
        guards.forEach((master, guard) -> all.add(install(master, guard)));
        return List.copyOf(all);
    }

    /** A key for each master that lies there. */
    private Map<String, String> guards() {
        Topology topology = connection.topology();
        if (topology.kind() != Topology.Kind.CLUSTER) {
            String master = topology.masters().stream()
                    .findFirst()
                    .map(node -> node.endpoint().toString())
                    .orElse(connection.toString());
            return Map.of(master, guard(0));
        }
        NavigableMap<Integer, Range> ranges = ranges();
        Map<String, String> guards = new LinkedHashMap<>();
        long masters = ranges.values().stream().map(Range::master).distinct().count();
        for (int tag = 0; guards.size() < masters && tag < MOST_TAGS; tag++) {
            int slot = HashSlot.of(guard(tag));
            Map.Entry<Integer, Range> range = ranges.floorEntry(slot);
            if (range != null && slot <= range.getValue().last()) {
                guards.putIfAbsent(range.getValue().master(), guard(tag));
            }
        }
        return guards;
    }

    /** @param last slot of it */
    private record Range(int last, String master) {}

    private NavigableMap<Integer, Range> ranges() {
        Reply reply = connection
                .call(Command.named("CLUSTER").argument("SLOTS").buildRepeatable(), timeout)
                .orThrow("CLUSTER SLOTS");
        NavigableMap<Integer, Range> ranges = new TreeMap<>();
        for (Reply each : reply.items()) {
            List<Reply> parts = each.items();
            List<Reply> master = parts.get(2).items();
            String where = (master.get(0).isNothing() ? "?" : master.get(0).text()) + ":"
                    + master.get(1).number();
            ranges.put((int) parts.get(0).number(), new Range((int) parts.get(1).number(), where));
        }
        return ranges;
    }

    private String guard(int tag) {
        return "functions:{" + name + ":" + tag + "}";
    }

    private Installed install(String master, String guard) {
        for (int round = 0; round < ROUNDS; round++) {
            try (Session session = connection.dedicated(guard.getBytes(UTF_8))) {
                ask(session, Command.named("WATCH").key(guard));
                Optional<Found> found = found(session);
                judge(master, found);
                Optional<String> before = found.flatMap(Found::version).map(LibraryVersion::text);
                if (found.isPresent() && found.get().source().equals(source)) {
                    return new Installed(master, before, Installed.Outcome.UNCHANGED);
                }
                if (load(session, guard)) {
                    return new Installed(
                            master, before, found.isPresent() ? Installed.Outcome.REPLACED : Installed.Outcome.ADDED);
                }
            }
        }
        throw new KeywrightException.Unavailable(
                "Others keep installing the library " + name + " (" + master + "). Try again.", false);
    }

    /** @return false when somebody else has installed since the guard is watched; nothing is done then */
    private boolean load(Session session, String guard) {
        ask(session, Command.named("MULTI"));
        ask(
                session,
                Command.named("SET")
                        .key(guard)
                        .argument(version.text())
                        .argument("EX")
                        .argument(GUARD_SECONDS));
        ask(
                session,
                Command.named("FUNCTION").argument("LOAD").argument("REPLACE").argument(source));
        Reply done = ask(session, Command.named("EXEC"));
        if (done.isNothing()) {
            return false;
        }
        done.items().forEach(reply -> reply.orThrow("FUNCTION LOAD " + name));
        return true;
    }

    private Reply ask(Session session, Command.Builder command) {
        Command built = command.build();
        return session.call(built, timeout).orThrow(built.name() + " for the library " + name);
    }

    /** @param version what its text says; empty when it says none */
    private record Found(String source, Optional<LibraryVersion> version) {}

    private Optional<Found> found(Session session) {
        Reply reply = ask(
                session,
                Command.named("FUNCTION")
                        .argument("LIST")
                        .argument("LIBRARYNAME")
                        .argument(name)
                        .argument("WITHCODE"));
        for (Reply library : reply.items()) {
            List<Reply> fields = library.items();
            for (int i = 0; i + 1 < fields.size(); i += 2) {
                if (fields.get(i).text().equals("library_code")) {
                    String text = fields.get(i + 1).text();
                    return Optional.of(new Found(text, FunctionLibrary.version(text)));
                }
            }
        }
        return Optional.empty();
    }

    private void judge(String master, Optional<Found> found) {
        Optional<LibraryVersion> other = found.flatMap(Found::version);
        if (force || other.isEmpty() || found.get().source().equals(source)) {
            return;
        }
        int order = other.get().compareTo(version);
        if (order > 0) {
            throw new KeywrightException.Misused("The library " + name + " is there in version " + other.get()
                    + ", newer than " + version + " (" + master
                    + "). It was not replaced. Use the newer text, or replace() to go back.");
        }
        if (order == 0) {
            throw new KeywrightException.Misused("The library " + name + " is there in version " + version
                    + " with another text (" + master + "). It was not replaced. Raise its VERSION.");
        }
    }
}
