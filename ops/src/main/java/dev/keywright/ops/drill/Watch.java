package dev.keywright.ops.drill;

import dev.keywright.connection.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks every 50 ms at what the other servers say of a primary: suspected, down, replaced. So each moment is known to 50 ms and the
 * time of a round trip, always late and never early. Its own thread, from {@link #start} to {@link #close}.
 *
 * <p>One takeover may follow another: Sentinels count the time of silence of a new primary from the moment they hear of it, and their
 * votes against the old one for 5 s more against the new one. So a machine that is slow just then has it replaced in turn.
 */
final class Watch implements AutoCloseable {

    static final Duration EVERY = Duration.ofMillis(50);

    /** A node that was a replica is a primary. */
    record Takeover(Endpoint primary, Duration at) {}

    private final Panel panel;
    private final Layout layout;
    private final Layout.Shard shard;
    private final String name;
    private final String id;
    private final Supplier<Duration> clock;
    private final Thread thread = new Thread(this::look, "keywright-drill-watch");
    private volatile @Nullable Duration suspected;
    private volatile @Nullable Duration down;
    private final Set<Endpoint> replicas = ConcurrentHashMap.newKeySet();
    private final List<Takeover> takeovers = new CopyOnWriteArrayList<>();
    private volatile boolean mended;
    private volatile boolean closed;

    private Watch(Panel panel, Layout layout, Layout.Shard shard, String name, Supplier<Duration> clock) {
        this.panel = panel;
        this.layout = layout;
        this.shard = shard;
        this.name = name;
        this.clock = clock;
        this.id = layout.kind() == Layout.Kind.CLUSTER
                ? panel.ask(shard.primary(), "CLUSTER", "MYID")
                        .map(Panel::words)
                        .orElse("?")
                : "";
    }

    /**
     * Begins to look.
     *
     * @param name the Sentinels' name of the primary; empty elsewhere
     */
    static Watch start(Panel panel, Layout layout, Layout.Shard shard, String name, Supplier<Duration> clock) {
        Watch watch = new Watch(panel, layout, shard, name, clock);
        watch.replicas.addAll(shard.replicas());
        watch.once(); // opens the connections while all servers answer
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    /** When another server first thought it down: {@code s_down}, {@code fail?}. */
    Optional<Duration> suspected() {
        return Optional.ofNullable(suspected);
    }

    /** When the servers had agreed that it is down: {@code o_down}, {@code fail}. */
    Optional<Duration> down() {
        return Optional.ofNullable(down);
    }

    /** Who became primary, in this order. */
    List<Takeover> takeovers() {
        return takeovers;
    }

    Optional<Takeover> latest() {
        List<Takeover> all = List.copyOf(takeovers);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /** From now on the struck primary is expected to answer, and may become primary again. */
    void mended() {
        mended = true;
    }

    private void look() {
        while (!closed) {
            once();
            if (!Patience.pause(EVERY)) {
                return;
            }
        }
    }

    private void once() {
        if (takeovers.isEmpty()) {
            judged(flags());
        }
        shard.replicas().forEach(this::role);
        if (mended) {
            role(shard.primary());
        }
    }

    private void judged(List<String> flags) {
        if (suspected == null && (flags.contains("s_down") || flags.contains("fail?") || flags.contains("fail"))) {
            suspected = clock.get();
        }
        if (down == null && (flags.contains("o_down") || flags.contains("fail"))) {
            down = clock.get();
        }
    }

    /** A primary that starts again is one for a while, and took over from nobody: it was no replica before. */
    private void role(Endpoint node) {
        String role = panel.ask(node, "ROLE")
                .map(answer -> Panel.words(answer.items().get(0)))
                .orElse("");
        if (role.equals("slave")) {
            replicas.add(node);
        } else if (role.equals("master") && replicas.remove(node)) {
            takeovers.add(new Takeover(node, clock.get()));
        }
    }

    /** Everything that those who judge say of the primary. */
    private List<String> flags() {
        List<String> flags = new ArrayList<>();
        for (Endpoint sentinel : panel.sentinels()) {
            Map<String, String> master = panel.master(sentinel, name);
            if (Integer.toString(shard.primary().port()).equals(master.get("port"))) {
                flags.addAll(List.of(master.getOrDefault("flags", "").split(",", -1)));
            }
        }
        if (layout.kind() == Layout.Kind.CLUSTER) {
            layout.shards().stream()
                    .map(Layout.Shard::primary)
                    .filter(node -> !node.equals(shard.primary()))
                    .forEach(node -> flags.addAll(clusterFlags(node)));
        }
        return flags;
    }

    private List<String> clusterFlags(Endpoint witness) {
        return panel.ask(witness, "CLUSTER", "NODES")
                .map(Panel::words)
                .orElse("")
                .lines()
                .filter(line -> line.startsWith(id + " "))
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields.length > 2)
                .flatMap(fields -> List.of(fields[2].split(",", -1)).stream())
                .toList();
    }

    @Override
    public void close() {
        closed = true;
        BooleanSupplier ended = () -> !thread.isAlive();
        Patience.await(Duration.ofSeconds(10), ended);
    }
}
