package dev.keywright.ops.scan;

import dev.keywright.KeywrightException;
import dev.keywright.connection.RedisUri;
import dev.keywright.ops.analysis.KeySink;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Scans one shard. When the connection breaks it goes on at the same page, as long as the server's process is the same. A cursor means
 * nothing to another process, so after a restart or a failover the shard begins anew, with a new sink.
 */
final class ShardScan {

    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);
    private static final Duration SHORTEST_SILENCE = Duration.ofSeconds(1);
    /** So long a server may come back before another one is taken. */
    private static final Duration SAME_SERVER = Duration.ofSeconds(3);

    private static final long RETRY_NANOS = 200_000_000;
    static final String STOPPED = "The scan was stopped.";

    /** What all shards of a scan share. */
    record Plan(
            RedisUri uri,
            Access access,
            ScanOptions options,
            boolean cluster,
            Function<ScanNode, KeySink> sinks,
            CountDownLatch stopping) {

        KeySink sink(ScanNode node) {
            synchronized (sinks) {
                return sinks.apply(node);
            }
        }
    }

    private final Plan plan;
    private final Shard original;
    private final Optional<ScanPosition.Place> resume;
    private final List<Attempt> attempts = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private Shard shard;
    private long troubleSince;
    private long namesAtTrouble;
    private volatile @Nullable Attempt current;
    private volatile @Nullable Server server;
    private volatile boolean abandoned;

    ShardScan(Plan plan, Shard shard, Optional<ScanPosition.Place> resume) {
        this.plan = plan;
        this.original = shard;
        this.shard = shard;
        this.resume = resume;
    }

    /** Works until all is read, the scan is stopped or patience is at an end. */
    ShardOutcome run() {
        while (true) {
            try (Server opened = connect()) {
                server = opened;
                Attempt attempt = attempt(opened);
                attempt.read(opened);
                return attempt.outcome(
                        Server.facts(opened.wire()), attempt.done() ? Optional.empty() : Optional.of(STOPPED));
            } catch (Stuck stuck) {
                return failed(String.valueOf(stuck.getMessage()));
            } catch (IOException broken) {
                if (stopping()) {
                    return failed(STOPPED);
                }
                if (!mayRetry()) {
                    return failed(given(broken));
                }
            }
        }
    }

    // --- servers

    private Server connect() throws IOException {
        String stuck = null;
        IOException broken = new IOException("no server of the shard is known");
        for (Node node : candidates()) {
            if (abandoned) {
                break;
            }
            try {
                return Server.open(
                        node,
                        plan.access(),
                        plan.cluster(),
                        silence(),
                        plan.options().patience().plus(LONGEST_SILENCE));
            } catch (Stuck refused) {
                stuck = refused.getMessage();
            } catch (IOException e) {
                broken = e;
                if (!node.equals(shard.master())) {
                    note(node + ", a replica, was not read: " + e.getMessage() + ".");
                }
            }
        }
        if (stuck != null) {
            throw new Stuck(stuck);
        }
        throw broken;
    }

    private List<Node> candidates() {
        Attempt attempt = current;
        if (attempt != null && System.nanoTime() - troubleSince < SAME_SERVER.toNanos()) {
            return List.of(attempt.node().node());
        }
        if (attempt == null && troubleSince == 0 && resume.isPresent()) {
            Node before = new Node(resume.get().host(), resume.get().port());
            List<Node> all = new ArrayList<>(shard.candidates(plan.options().from()));
            all.remove(before);
            all.add(0, before);
            return all;
        }
        if (troubleSince != 0) {
            lookAgain();
        }
        return shard.candidates(plan.options().from());
    }

    private void lookAgain() {
        try {
            shard = Shard.find(plan.uri()).like(original).orElse(shard);
        } catch (KeywrightException nobodyTells) {
            // Those known before are tried again.
        }
    }

    private Duration silence() {
        Duration patience = plan.options().patience();
        Duration most = patience.compareTo(LONGEST_SILENCE) < 0 ? patience : LONGEST_SILENCE;
        return most.compareTo(SHORTEST_SILENCE) < 0 ? SHORTEST_SILENCE : most;
    }

    // --- attempts

    private Attempt attempt(Server opened) throws IOException {
        Attempt before = current;
        if (before != null && before.isOf(opened)) {
            return before;
        }
        ScanNode node = new ScanNode(original.name(), opened.node(), opened.replica(), attempts.size() + 1);
        Attempt attempt = new Attempt(
                plan.options(), node, opened, plan.sink(node), new Governor(plan.options(), plan.stopping()));
        attempt.plan(opened, plan.uri().database());
        if (before == null) {
            resume.ifPresent(place -> goOn(attempt, place, opened));
        } else {
            attempt.note("Begun anew on " + opened.node() + " after " + before.names() + " names: "
                    + before.node().node() + " went away or was started again.");
        }
        if (plan.options().from() == Source.REPLICA && !node.replica()) {
            attempt.note(node.node() + ", a master, was read: there is no replica in sync.");
        }
        notes.forEach(attempt::note);
        notes.clear();
        attempts.add(attempt);
        current = attempt;
        return attempt;
    }

    private static void goOn(Attempt attempt, ScanPosition.Place place, Server opened) {
        boolean same = place.host().equals(opened.node().host())
                && place.port() == opened.node().port()
                && !place.runId().isEmpty()
                && place.runId().equals(opened.runId());
        if (same) {
            attempt.resume(place);
        } else {
            attempt.note("Read from the beginning: the server of the earlier scan was started again or is gone.");
        }
    }

    private void note(String note) {
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }

    // --- trouble

    /** Pauses. Patience starts again with each page that was read. */
    private boolean mayRetry() {
        long now = System.nanoTime();
        if (troubleSince == 0 || names() > namesAtTrouble) {
            troubleSince = now;
            namesAtTrouble = names();
        }
        if (now - troubleSince > plan.options().patience().toNanos()) {
            return false;
        }
        try {
            plan.stopping().await(RETRY_NANOS, TimeUnit.NANOSECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String given(IOException broken) {
        return "Shard " + original.name() + " could not be read any further for "
                + plan.options().patience().toSeconds() + " s: " + broken.getMessage()
                + ". Go on with the position file when it is back.";
    }

    private boolean stopping() {
        return abandoned || plan.stopping().getCount() == 0;
    }

    /** The attempt that saw most. */
    private ShardOutcome failed(String why) {
        Attempt best = best();
        if (best != null) {
            return best.outcome(ServerFacts.NONE, Optional.of(why));
        }
        return new ShardOutcome(
                new ScanNode(original.name(), original.master(), false, 0),
                List.of(),
                List.of(),
                new ShardOutcome.Losses(0, 0, 0, 0),
                0,
                Pace.UNKNOWN,
                ServerFacts.NONE,
                new ShardOutcome.Changes(0, 0, 0),
                Optional.of(why),
                notes);
    }

    private @Nullable Attempt best() {
        Attempt best = null;
        for (Attempt each : attempts) {
            if (best == null || each.names() >= best.names()) {
                best = each;
            }
        }
        return best;
    }

    /** Ends it at once, even while the server is silent. */
    void abandon() {
        abandoned = true;
        Server now = server;
        if (now != null) {
            now.close();
        }
    }

    // --- for others

    @Nullable
    Attempt current() {
        return current;
    }

    private long names() {
        Attempt attempt = current;
        return attempt == null ? 0 : attempt.names();
    }

    /** Where to go on; nowhere yet when no server was reached. */
    ScanPosition.Place place() {
        Attempt best = best();
        return best != null
                ? best.place()
                : resume.orElseGet(() -> new ScanPosition.Place(
                        original.name(),
                        original.master().host(),
                        original.master().port(),
                        "",
                        false,
                        0,
                        "0"));
    }
}
