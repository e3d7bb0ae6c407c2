package dev.keywright.ops.watch;

import dev.keywright.ops.watch.NodeSample.Slow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What two looks at a deployment, one after the other, say together: the page of {@code keywright watch}. A figure that is not
 * known, such as a rate over a restart, is absent.
 *
 * @param subject where it was asked
 * @param kind {@code standalone}, {@code replica}, {@code sentinel} or {@code cluster}
 * @param at when the later look was
 * @param total of all servers that answered; hits, evictions and expiry of masters
 * @param nodes one line each
 * @param commands the busiest since the earlier look, by the time they took
 * @param slow the newest of all slow logs, newest first
 * @param big the newest big replies, where servers keep a log of them
 */
public record View(
        String subject,
        String kind,
        Instant at,
        Total total,
        List<NodeLine> nodes,
        List<CommandLine> commands,
        List<LogLine> slow,
        List<LogLine> big) {

    private static final int COMMANDS = 8;
    private static final int LINES = 8;

    /** All servers together. */
    public record Total(
            int nodes,
            int down,
            double opsPerSecond,
            Optional<Double> hitRatio,
            double evictedPerSecond,
            double expiredPerSecond,
            long memoryBytes,
            long keys,
            long clients,
            long blocked,
            double inBytesPerSecond,
            double outBytesPerSecond,
            double errorsPerSecond,
            double refusedPerSecond,
            double pingP99Millis,
            Optional<Long> lagBytes) {}

    /**
     * One server.
     *
     * @param trouble why it did not answer; the figures are then of its last answer
     * @param maxmemoryBytes 0 for no limit
     * @param fragmentation of the memory; absent below 100 MB, where it means nothing
     * @param lagBytes what a replica has not yet confirmed of its master's writes
     * @param linkUp of a replica, whether its master is connected
     */
    public record NodeLine(
            String address,
            String shard,
            String role,
            Optional<String> trouble,
            Optional<Double> opsPerSecond,
            double pingP50Millis,
            double pingP99Millis,
            long memoryBytes,
            long maxmemoryBytes,
            Optional<Double> fragmentation,
            Optional<Double> hitRatio,
            Optional<Double> evictedPerSecond,
            Optional<Double> expiredPerSecond,
            long clients,
            long blocked,
            Optional<Double> inBytesPerSecond,
            Optional<Double> outBytesPerSecond,
            Optional<Double> errorsPerSecond,
            Optional<Double> refusedPerSecond,
            Optional<Long> lagBytes,
            Optional<Boolean> linkUp,
            long keys) {

        public boolean isUp() {
            return trouble.isEmpty();
        }

        public boolean isReplica() {
            return role.equals("replica");
        }
    }

    /** @param p99Millis since the server started, the worst of all servers; absent before Redis 7.0 */
    public record CommandLine(String name, double callsPerSecond, double microsPerCall, Optional<Double> p99Millis) {}

    /**
     * A line of a server's log.
     *
     * @param amount microseconds of a slow command, bytes of a big reply
     * @param isNew whether it came since the earlier look
     */
    public record LogLine(String address, Instant at, long amount, String command, boolean isNew) {}

    public View {
        nodes = List.copyOf(nodes);
        commands = List.copyOf(commands);
        slow = List.copyOf(slow);
        big = List.copyOf(big);
    }

    public static View between(Sample before, Sample now) {
        List<Pair> pairs =
                now.nodes().stream().map(node -> Pair.of(before, now, node)).toList();
        List<NodeLine> lines = pairs.stream().map(Pair::line).toList();
        return new View(
                now.subject(),
                now.kind(),
                now.at(),
                total(pairs, lines),
                lines,
                commands(pairs),
                log(pairs, NodeSample::slow, NodeSample::slowEver),
                log(pairs, NodeSample::big, NodeSample::bigEver));
    }

    /** A server at the earlier look, where it was there, and now. */
    private record Pair(Optional<NodeSample> before, NodeSample now, Optional<Long> lag) {

        static Pair of(Sample before, Sample now, NodeSample node) {
            return new Pair(
                    before.node(node.address()).filter(node::follows),
                    node,
                    Optional.of(node.info())
                            .filter(Info::isReplica)
                            .flatMap(info -> now.node(info.master()))
                            .map(master -> lag(master.info(), node)));
        }

        /** As the master knows it; else by what both say of themselves. */
        private static long lag(Info master, NodeSample replica) {
            double written = master.number("master_repl_offset");
            double confirmed = master.replicas().stream()
                    .filter(known -> known.address().equals(replica.address()))
                    .mapToDouble(Info.Replica::offset)
                    .findFirst()
                    .orElseGet(() -> replica.info().number("slave_repl_offset"));
            return (long) Math.max(0, written - confirmed);
        }

        Optional<Double> rate(String counter) {
            return before.map(earlier ->
                    Math.max(0, now.info().number(counter) - earlier.info().number(counter))
                            / now.secondsSince(earlier));
        }

        double rise(String counter) {
            return before.map(earlier -> Math.max(
                            0, now.info().number(counter) - earlier.info().number(counter)))
                    .orElse(0.0);
        }

        private Optional<Double> hitRatio() {
            double hits = rise("keyspace_hits");
            double all = hits + rise("keyspace_misses");
            return all == 0 ? Optional.empty() : Optional.of(hits / all);
        }

        NodeLine line() {
            Info info = now.info();
            boolean much = info.number("used_memory") > 100 << 20;
            return new NodeLine(
                    now.address(),
                    now.shard(),
                    info.role(),
                    now.trouble(),
                    rate("total_commands_processed"),
                    now.pings().p50Millis(),
                    now.pings().p99Millis(),
                    (long) info.number("used_memory"),
                    (long) info.number("maxmemory"),
                    much ? Optional.of(info.number("mem_fragmentation_ratio")) : Optional.empty(),
                    hitRatio(),
                    rate("evicted_keys"),
                    rate("expired_keys"),
                    (long) info.number("connected_clients"),
                    (long) info.number("blocked_clients"),
                    rate("total_net_input_bytes"),
                    rate("total_net_output_bytes"),
                    rate("total_error_replies"),
                    rate("rejected_connections"),
                    lag,
                    info.isReplica() ? Optional.of(info.isGood("master_link_status")) : Optional.empty(),
                    info.keys());
        }
    }

    private static Total total(List<Pair> pairs, List<NodeLine> lines) {
        List<NodeLine> up = lines.stream().filter(NodeLine::isUp).toList();
        List<NodeLine> masters = up.stream().filter(line -> !line.isReplica()).toList();
        List<Pair> counted =
                pairs.stream().filter(pair -> !pair.now().info().isReplica()).toList();
        double hits =
                counted.stream().mapToDouble(pair -> pair.rise("keyspace_hits")).sum();
        double misses = counted.stream()
                .mapToDouble(pair -> pair.rise("keyspace_misses"))
                .sum();
        return new Total(
                lines.size(),
                lines.size() - up.size(),
                sum(up, NodeLine::opsPerSecond),
                hits + misses == 0 ? Optional.empty() : Optional.of(hits / (hits + misses)),
                sum(masters, NodeLine::evictedPerSecond),
                sum(masters, NodeLine::expiredPerSecond),
                up.stream().mapToLong(NodeLine::memoryBytes).sum(),
                masters.stream().mapToLong(NodeLine::keys).sum(),
                up.stream().mapToLong(NodeLine::clients).sum(),
                up.stream().mapToLong(NodeLine::blocked).sum(),
                sum(up, NodeLine::inBytesPerSecond),
                sum(up, NodeLine::outBytesPerSecond),
                sum(up, NodeLine::errorsPerSecond),
                sum(up, NodeLine::refusedPerSecond),
                up.stream().mapToDouble(NodeLine::pingP99Millis).max().orElse(0),
                up.stream().flatMap(line -> line.lagBytes().stream()).max(Comparator.naturalOrder()));
    }

    private interface Figure {
        Optional<Double> of(NodeLine line);
    }

    private static double sum(List<NodeLine> lines, Figure figure) {
        return lines.stream()
                .flatMap(line -> figure.of(line).stream())
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    private static List<CommandLine> commands(List<Pair> pairs) {
        Map<String, double[]> sums = new HashMap<>();
        for (Pair pair : pairs) {
            if (pair.before().isEmpty()) {
                continue;
            }
            NodeSample earlier = pair.before().get();
            Map<String, Info.Command> before = earlier.info().commands();
            double seconds = pair.now().secondsSince(earlier);
            pair.now().info().commands().forEach((name, command) -> {
                Info.Command since = command.since(before.getOrDefault(name, Info.Command.NEVER));
                double[] sum = sums.computeIfAbsent(name, any -> new double[3]);
                sum[0] += since.calls() / seconds;
                sum[1] += since.calls();
                sum[2] += since.micros();
            });
        }
        Map<String, Double> worst = worstPercentiles(pairs);
        return sums.entrySet().stream()
                .filter(entry -> entry.getValue()[1] > 0)
                .sorted(Comparator.comparing((Map.Entry<String, double[]> entry) -> -entry.getValue()[2])
                        .thenComparing(Map.Entry::getKey))
                .limit(COMMANDS)
                .map(entry -> new CommandLine(
                        entry.getKey().replace('|', ' '),
                        entry.getValue()[0],
                        entry.getValue()[2] / entry.getValue()[1],
                        Optional.ofNullable(worst.get(entry.getKey())).map(seconds -> seconds * 1000)))
                .toList();
    }

    private static Map<String, Double> worstPercentiles(List<Pair> pairs) {
        return pairs.stream()
                .flatMap(pair -> pair.now().info().latencies().entrySet().stream())
                .filter(entry -> entry.getValue().containsKey("99"))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().getOrDefault("99", 0.0), Math::max));
    }

    private interface Lines {
        List<Slow> of(NodeSample node);
    }

    private interface Ever {
        long of(NodeSample node);
    }

    private static List<LogLine> log(List<Pair> pairs, Lines lines, Ever ever) {
        List<LogLine> all = new ArrayList<>();
        for (Pair pair : pairs) {
            long known = pair.before().map(ever::of).orElse(Long.MAX_VALUE);
            lines.of(pair.now())
                    .forEach(line -> all.add(new LogLine(
                            pair.now().address(), line.at(), line.amount(), line.command(), line.id() >= known)));
        }
        return Stream.of(all)
                .flatMap(List::stream)
                .sorted(Comparator.comparing(LogLine::at)
                        .reversed()
                        .thenComparing(LogLine::amount, Comparator.reverseOrder()))
                .limit(LINES)
                .toList();
    }
}
