package dev.keywright.ops.watch;

import dev.keywright.ops.watch.NodeSample.Pings;
import dev.keywright.ops.watch.NodeSample.Slow;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks one server how it is, over a connection of its own that is opened again when it breaks. Only one thread asks at a time. */
final class NodeProbe implements AutoCloseable {

    private static final int PINGS_PER_LOOK = 5;
    private static final int PINGS_KEPT = 300;
    private static final String NEWEST = "10";
    private static final double MILLI = 1e6;

    private final Node node;
    private final Access access;
    private final Duration patience;
    private final Deque<Long> pings = new ArrayDeque<>();
    private final Set<String> refused = new LinkedHashSet<>();
    private volatile @Nullable Wire wire;
    private volatile boolean closed;

    NodeProbe(Node node, Access access, Duration patience) {
        this.node = node;
        this.access = access;
        this.patience = patience;
    }

    /** Takes some five round trips, or says why not within the patience and the time a connection takes. */
    NodeSample look(String shard) {
        try {
            Wire open = opened();
            time(open);
            Info info = info(open);
            List<Answer> slow = log(open, "SLOWLOG", "GET", NEWEST);
            List<Answer> big =
                    info.logsBigReplies() ? log(open, "COMMANDLOG", "GET", NEWEST, "large-reply") : List.of();
            return new NodeSample(
                    node.toString(),
                    shard,
                    Optional.empty(),
                    info,
                    System.nanoTime(),
                    pings(),
                    lines(slow),
                    ever(slow),
                    lines(big),
                    ever(big),
                    List.copyOf(refused));
        } catch (IOException | Wire.Refused e) {
            drop();
            return NodeSample.unknown(node.toString(), shard, reason(e));
        }
    }

    private static String reason(Exception e) {
        if (e instanceof SocketTimeoutException) {
            return "does not answer";
        }
        String said = e.getMessage();
        return said == null ? e.getClass().getSimpleName() : said;
    }

    private Wire opened() throws IOException {
        Wire known = wire;
        if (known != null) {
            return known;
        }
        Wire fresh = Wire.open(node, access, patience);
        wire = fresh;
        if (closed) {
            drop();
            throw new IOException("nobody watches any more");
        }
        return fresh;
    }

    private void time(Wire open) throws IOException {
        for (int i = 0; i < PINGS_PER_LOOK && !refused.contains("PING"); i++) {
            long before = System.nanoTime();
            if (open.call("PING") instanceof Answer.Failed failed) {
                refuse("PING", failed);
            }
            pings.addLast(System.nanoTime() - before);
            if (pings.size() > PINGS_KEPT) {
                pings.removeFirst();
            }
        }
    }

    private Pings pings() {
        long[] sorted = pings.stream().mapToLong(Long::longValue).sorted().toArray();
        int last = sorted.length - 1;
        if (last < 0) {
            return Pings.NONE;
        }
        return new Pings(
                sorted[last / 2] / MILLI,
                sorted[(int) Math.ceil(last * 0.99)] / MILLI,
                sorted[last] / MILLI,
                sorted.length);
    }

    private Info info(Wire open) throws IOException {
        String own = open.ask("INFO", "everything");
        Info info = Info.parse(own);
        if (!info.isCluster()) {
            return info;
        }
        Answer cluster = refused.contains("CLUSTER INFO") ? Answer.Nothing.NOTHING : open.call("CLUSTER", "INFO");
        if (cluster instanceof Answer.Failed failed) {
            refuse("CLUSTER INFO", failed);
            return info;
        }
        return Info.parse(own, cluster.text());
    }

    /** A log of the server; nothing where the server does not allow it or has none, and then it is not asked again. */
    private List<Answer> log(Wire open, String... words) throws IOException {
        String name = words[0] + " " + words[1];
        if (refused.contains(name)) {
            return List.of();
        }
        Answer answer = open.call(words);
        if (answer instanceof Answer.Failed failed) {
            refuse(name, failed);
        }
        return answer instanceof Answer.Many many ? many.items() : List.of();
    }

    /** What a user may not do is not tried again, since each try counts as an error of the server. */
    private void refuse(String command, Answer.Failed failed) {
        if (failed.is("NOAUTH")) {
            throw new Wire.Refused("wants a password; put it into the URI, redis://:password@host");
        }
        refused.add(command);
    }

    static List<Slow> lines(List<Answer> log) {
        List<Slow> lines = new ArrayList<>();
        for (Answer line : log) {
            if (line instanceof Answer.Many many
                    && many.items().size() >= 4
                    && many.items().get(0) instanceof Answer.Whole id
                    && many.items().get(1) instanceof Answer.Whole at
                    && many.items().get(2) instanceof Answer.Whole amount
                    && many.items().get(3) instanceof Answer.Many words) {
                lines.add(new Slow(
                        id.value(), Instant.ofEpochSecond(at.value()), amount.value(), Spoken.command(words.items())));
            }
        }
        return lines;
    }

    /** Numbers of a log go up from 0. */
    private static long ever(List<Answer> log) {
        return lines(log).stream().mapToLong(line -> line.id() + 1).max().orElse(0);
    }

    Node node() {
        return node;
    }

    private void drop() {
        Wire open = wire;
        wire = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        drop();
    }
}
