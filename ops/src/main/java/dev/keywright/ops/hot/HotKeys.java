package dev.keywright.ops.hot;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.RedisUri;
import dev.keywright.connection.Topology;
import dev.keywright.ops.Finding;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.CommandTable;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the hot keys and commands of servers that run: of one, or of all masters of a Cluster one after the other.
 * <ul>
 *   <li>Sources: MONITOR for a bounded while; OBJECT FREQ where the policy is LFU already; HOTKEYS and CLUSTER SLOT-STATS where the
 *       server has them.
 *   <li>Changes nothing that stays: the eviction policy is never switched for it. Under a policy that was just switched to LFU, keys
 *       that are old would read a frequency of 0 and be evicted first.
 *   <li>Time: about the time to listen plus one second for each server; a count-down of {@code stop} ends it with what there is.
 *   <li>Rights: each source that is refused is left out and told; MONITOR needs {@code +monitor}.
 * </ul>
 */
public final class HotKeys {

    private final Access access;
    private final HotOptions options;
    private final CountDownLatch stop;
    private final Set<String> notes = new LinkedHashSet<>();
    private String server = "";

    private HotKeys(Access access, HotOptions options, CountDownLatch stop) {
        this.access = access;
        this.options = options;
        this.stop = stop;
    }

    /** @throws OpsException when a server does not answer */
    public static HotReport look(String uri, HotOptions options, Consumer<String> progress, CountDownLatch stop) {
        try (Connection connection = Connection.open(uri)) {
            HotKeys look = new HotKeys(Access.of(uri), options, stop);
            List<HotReport.OfNode> seen = new ArrayList<>();
            for (Node node : look.nodes(connection, RedisUri.parse(uri))) {
                if (stop.getCount() > 0) {
                    progress.accept("listening to " + node);
                    seen.add(look.node(node));
                }
            }
            List<Finding> findings = seen.stream()
                    .flatMap(node -> HotRules.of(node).stream())
                    .sorted(Comparator.comparing(Finding::severity).reversed())
                    .toList();
            return new HotReport(connection.toString(), look.server, seen, findings, List.copyOf(look.notes));
        }
    }

    /** Masters that serve something; the server itself where it is a replica, or does not tell who it is. */
    private List<Node> nodes(Connection connection, RedisUri uri) {
        try {
            Topology topology = connection.topology();
            List<Topology.Node> nodes = topology.masters().isEmpty() ? topology.nodes() : topology.masters();
            return nodes.stream()
                    .filter(node -> topology.kind() != Topology.Kind.CLUSTER || node.slots() > 0)
                    .map(node -> new Node(node.host(), node.port()))
                    .toList();
        } catch (KeywrightException.Misused refused) {
            if (uri.kind() != Topology.Kind.STANDALONE) {
                throw refused;
            }
            return uri.hosts().stream()
                    .map(host -> new Node(host.host(), host.port()))
                    .toList();
        }
    }

    private HotReport.OfNode node(Node node) {
        try (Wire control = Wire.open(node, access)) {
            Map<String, String> about = Meter.info(control, "server");
            String valkey = about.get("valkey_version");
            server = valkey == null
                    ? "Redis " + about.getOrDefault("redis_version", "of unknown version")
                    : "Valkey " + valkey;
            CommandTable table = CommandTable.of(control);
            if (!table.isTold()) {
                notes.add("COMMAND is not allowed, so the first argument of each command is taken for its key.");
            }
            Tracking tracking = tracking(control, table);
            SlotTimes slots = SlotTimes.read(control);
            Optional<HotReport.Sample> sample = sample(node, control, table, tracking != null || slots.isCounted());
            Optional<HotReport.Tracked> tracked = tracking == null ? Optional.empty() : tracking.end(options.top());
            List<HotReport.Slot> hottest =
                    slots.isCounted() ? slots.hottest(SlotTimes.read(control), options.top()) : List.of();
            control.call("SELECT", "0");
            return new HotReport.OfNode(node.toString(), sample, frequencies(control), tracked, hottest);
        } catch (IOException e) {
            throw new OpsException(
                    "No answer from " + node + " (" + e.getMessage() + "). Is it running, and reachable from here?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OpsException("Interrupted while looking at " + node + ". Call again.", e);
        }
    }

    private @Nullable Tracking tracking(Wire control, CommandTable table) throws IOException {
        List<byte[]> command = List.of("HOTKEYS".getBytes(UTF_8), "START".getBytes(UTF_8));
        if (!table.isTold() || !table.knows(command)) {
            return null;
        }
        try {
            return Tracking.start(control, options);
        } catch (Wire.Refused e) {
            notes.add("HOTKEYS was refused: " + e.getMessage() + ".");
            return null;
        }
    }

    /** Without MONITOR, what else measures needs its time, too. */
    private Optional<HotReport.Sample> sample(Node node, Wire control, CommandTable table, boolean measuring)
            throws IOException, InterruptedException {
        if (options.monitor()) {
            try {
                return Optional.of(new Listener(node, access, options, table).listen(control, stop));
            } catch (Wire.Refused e) {
                notes.add(
                        "MONITOR was refused: " + e.getMessage() + ". Allow +monitor to the user, or look without it.");
            }
        }
        if (measuring) {
            stop.await(options.time().toNanos(), TimeUnit.NANOSECONDS);
        }
        return Optional.empty();
    }

    private Optional<HotReport.Frequencies> frequencies(Wire control) throws IOException {
        String policy = Meter.info(control, "memory").getOrDefault("maxmemory_policy", "");
        if (!policy.endsWith("lfu")) {
            notes.add("Frequencies are counted under an LFU policy only, and the policy is "
                    + (policy.isEmpty() ? "not told" : policy)
                    + ". It is not switched: keys that are there already would count as never used and be"
                    + " evicted first.");
            return Optional.empty();
        }
        try {
            return Optional.of(Frequent.ask(control, policy, options, stop));
        } catch (Wire.Refused e) {
            notes.add("SCAN or OBJECT FREQ was refused: " + e.getMessage() + ".");
            return Optional.empty();
        }
    }
}
