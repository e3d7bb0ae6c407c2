package dev.keywright.expert.proof;

import dev.keywright.expert.workload.Silence;
import dev.keywright.ops.OpsException;
import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.RedisBinary;
import dev.keywright.server.Replication;
import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerException;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The topology a design asks for, from real processes on this machine, with the design's own directives. One thread. */
final class Servers implements AutoCloseable {

    /** Of shards, replicas of each, and Sentinels: more would tell nothing new on one machine. */
    private static final int MOST = 12;

    private static final Duration SETTLED = Duration.ofSeconds(2);

    /** What belongs to a host or follows from the topology. */
    private static final Set<String> OF_THE_HOST = Set.of(
            "port", "cluster-enabled", "cluster-config-file", "replicaof", "pidfile", "requirepass", "masterauth");

    private final Redis redis;
    private final RedisBinary binary;
    private final Map<String, String> directives;

    private Servers(Redis redis, RedisBinary binary, Map<String, String> directives) {
        this.redis = redis;
        this.binary = binary;
        this.directives = directives;
    }

    /** @throws OpsException when they do not start, such as with a directive this server does not know */
    static Servers start(Promised promised, ServerOptions options) {
        Map<String, String> directives = new LinkedHashMap<>(promised.directives());
        directives.keySet().removeIf(name -> OF_THE_HOST.contains(name) || ServerOptions.isOurs(name));
        try {
            RedisBinary binary = RedisBinary.find(Optional.ofNullable(options.binary()));
            ServerOptions own = options.withDirectives(directives);
            return new Servers(start(promised.file(), own), binary, directives);
        } catch (ServerException | IllegalArgumentException e) {
            throw new OpsException("The servers of the design do not start: " + e.getMessage(), e);
        }
    }

    private static Redis start(DesignFile design, ServerOptions options) {
        return switch (design.topology()) {
            case "standalone" -> Standalone.start(options);
            case "replica" -> Replication.start(count(design, "replicas", 1, 1), options);
            case "sentinel" ->
                Sentinel.start(
                        count(design, "replicas", 2, 1),
                        count(design, "sentinels", 3, 3),
                        options.withDirective("down-after-milliseconds", silence(design)));
            case "cluster" -> Cluster.start(count(design, "shards", 3, 3), count(design, "replicas", 1, 1), options);
            default ->
                throw new OpsException("design.json asks for topology " + design.topology()
                        + ", which nobody knows how to start. Run keywright \"<task>\" again.");
        };
    }

    private static int count(DesignFile design, String quantity, int usual, int least) {
        return design.quantity(quantity)
                .map(said -> (int) Math.max(least, Math.min(MOST, Math.round(said))))
                .orElse(usual);
    }

    /** As the sentinel.conf of a design says it. */
    private static String silence(DesignFile design) {
        return Integer.toString(1_000 * Silence.seconds(design.quantity("failover_seconds")));
    }

    String uri() {
        return redis.uri();
    }

    /** Product, version and allocator. */
    String name() {
        return binary.toString();
    }

    Map<String, String> directives() {
        return directives;
    }

    /** All that hold data, those that are down too. */
    List<Standalone> nodes() {
        return redis.nodes();
    }

    /** Those that take writes now. */
    List<Standalone> primaries() {
        return nodes().stream()
                .filter(Standalone::isRunning)
                .filter(node -> role(node).equals("master"))
                .toList();
    }

    static String role(Standalone node) {
        try {
            return node.command("ROLE").lines().findFirst().orElse("");
        } catch (ServerException silent) {
            return "";
        }
    }

    long nowMillis() {
        String seconds = nodes().get(0).command("TIME").lines().findFirst().orElse("0");
        return Long.parseLong(seconds) * 1000;
    }

    /** Makes all primaries know the scripts. */
    void learn(List<String> scripts) {
        for (Standalone node : primaries()) {
            for (String script : scripts) {
                node.command("SCRIPT", "LOAD", script);
            }
        }
    }

    /** Removes all data. */
    void flush() {
        redis.flushAll();
    }

    /** Tables grow at once rather than little by little, so that what is read off is the data. */
    void growQuickly(boolean quickly) {
        primaries().forEach(node -> node.command("CONFIG", "SET", "hz", quickly ? "500" : "10"));
    }

    /** Bytes that all primaries hold, without what serves clients, replicas and logs. */
    long heldBytes() {
        return primaries().stream().mapToLong(Servers::heldBytes).sum();
    }

    private static long heldBytes(Standalone node) {
        boolean unused = Waiting.until(
                SETTLED, () -> !node.command("DEBUG", "HTSTATS", "0").contains("rehashing"));
        String info = node.command("INFO", "memory");
        long held = field(info, "used_memory");
        for (String passing : List.of(
                "mem_clients_normal", "mem_clients_slaves", "mem_total_replication_buffers", "mem_aof_buffer")) {
            held -= field(info, passing);
        }
        return held;
    }

    long keys() {
        return primaries().stream()
                .mapToLong(node -> Long.parseLong(node.command("DBSIZE")))
                .sum();
    }

    private static long field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        redis.close();
    }
}
