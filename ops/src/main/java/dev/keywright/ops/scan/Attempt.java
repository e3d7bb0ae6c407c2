package dev.keywright.ops.scan;

import dev.keywright.ops.analysis.KeySink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The scan of a shard on one process of one server, from the beginning or an earlier position, over one connection after another. */
final class Attempt {

    private final ScanOptions options;
    private final ScanNode node;
    private final String runId;
    private final KeySink sink;
    private final ServerFacts facts;
    private final Governor governor;
    private final Rights rights = new Rights();
    private final Losses losses = new Losses();
    private final Map<Integer, Tally> databases = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();

    private volatile int database;
    private volatile long cursor;
    private volatile boolean done;

    Attempt(ScanOptions options, ScanNode node, Server server, KeySink sink, Governor governor) {
        this.options = options;
        this.node = node;
        this.runId = server.runId();
        this.sink = sink;
        this.facts = server.facts();
        this.governor = governor;
    }

    /** Plans which databases are read. */
    void plan(Server server, int wanted) throws IOException {
        Map<Integer, Long> told = facts.keys();
        if (facts.info().isEmpty()) {
            notes.add("INFO is refused, so nothing is known of the server's memory, and of other databases. Grant the"
                    + " user +info.");
            told.put(0, server.size());
        }
        if (wanted != 0) {
            notes.add("Only database " + wanted + " was read, as the URI says.");
            databases.put(wanted, new Tally(wanted, told.getOrDefault(wanted, 0L)));
        } else {
            told.keySet()
                    .removeIf(number -> !options.databases().isEmpty()
                            && !options.databases().contains(number));
            told.forEach((number, keys) -> databases.put(number, new Tally(number, keys)));
        }
    }

    /** Goes on from where an earlier scan was. */
    void resume(ScanPosition.Place place) {
        database = place.database();
        cursor = Long.parseUnsignedLong(place.cursor());
        notes.add("Read from where an earlier scan stopped; the keys before are in its report.");
    }

    /** Reads what is left, unless the scan is stopped. */
    void read(Server server) throws IOException {
        governor.watch(server.probe());
        try {
            for (Tally each : databases.values()) {
                if (each.database >= database && !read(server, each)) {
                    return;
                }
            }
            done = true;
        } finally {
            governor.close();
        }
    }

    /** Whether its end was reached. */
    private boolean read(Server server, Tally tally) throws IOException {
        if (tally.database > database) {
            database = tally.database;
            cursor = 0;
        }
        if (!server.select(database) && database > 0) {
            notes.add("Database " + database + " was not read: SELECT is refused. Grant the user +select.");
            return true;
        }
        Looks looks = new Looks(options.depth(), !server.quiet(), rights, tally.keys);
        boolean[] ended = new boolean[1];
        new Reader(server, governor, rights, looks, options.sampleRatio()).read(cursor, page -> {
            take(page, tally);
            ended[0] = page.nextCursor == 0;
        });
        if (ended[0]) {
            database = tally.database + 1;
            cursor = 0;
        }
        return ended[0];
    }

    private void take(Page page, Tally tally) {
        long read = 0;
        for (Draft draft : page.drafts) {
            if (draft.fate == Draft.Fate.READ) {
                read++;
                tally.add(draft.type, draft.bytes);
                sink.key(draft.key(tally.database));
            }
        }
        tally.names.add(page.names);
        tally.read.add(read);
        losses.add(page);
        cursor = page.nextCursor;
    }

    /** Whether this server is the process that was read so far. */
    boolean isOf(Server server) {
        return node.node().equals(server.node()) && !runId.isEmpty() && runId.equals(server.runId());
    }

    boolean done() {
        return done;
    }

    ScanNode node() {
        return node;
    }

    boolean slowed() {
        return governor.slowed();
    }

    long keys() {
        return databases.values().stream().mapToLong(each -> each.keys).sum();
    }

    long names() {
        return databases.values().stream().mapToLong(each -> each.names.sum()).sum();
    }

    long keysRead() {
        return databases.values().stream().mapToLong(each -> each.read.sum()).sum();
    }

    ScanPosition.Place place() {
        return new ScanPosition.Place(
                node.shard(),
                node.node().host(),
                node.node().port(),
                runId,
                done,
                database,
                Long.toUnsignedString(cursor));
    }

    void note(String note) {
        notes.add(note);
    }

    /** @param after what the server said at the end; empty when it could not be asked */
    ShardOutcome outcome(ServerFacts after, Optional<String> stopped) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(rights.notes());
        ShardOutcome.Losses lost = losses.sum();
        if (losses.touched() > 0) {
            all.add("Looking at " + losses.touched() + " keys reset their idle time"
                    + (node.replica() ? " on this replica" : "")
                    + ": before Redis 8.4 and Valkey 9.0 CLIENT NO-TOUCH is missing or not safe.");
        }
        if (lost.moved() > 0) {
            all.add(lost.moved() + " keys are missing: their slots moved to another master meanwhile.");
        }
        ShardOutcome.Changes changes = new ShardOutcome.Changes(
                change(after, "evicted_keys"), change(after, "expired_keys"), change(after, "used_memory"));
        if (changes.evictedKeys() > 0) {
            all.add("The server evicted " + changes.evictedKeys() + " keys meanwhile.");
        }
        return new ShardOutcome(
                node,
                databases.values().stream().map(Tally::count).toList(),
                databases.values().stream()
                        .flatMap(each -> each.strata().stream())
                        .toList(),
                lost,
                losses.touched(),
                governor.pace(),
                facts,
                changes,
                stopped,
                all);
    }

    private long change(ServerFacts after, String field) {
        return after.info().isEmpty()
                ? 0
                : after.number(field).orElse(0) - facts.number(field).orElse(0);
    }
}
