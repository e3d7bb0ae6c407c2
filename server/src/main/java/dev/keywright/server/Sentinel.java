package dev.keywright.server;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A primary with replicas and the Sentinels that watch it, on 127.0.0.1.
 * <ul>
 *   <li>Quorum: the majority of the Sentinels. They have no password; directive {@code requirepass} is for the data nodes, and the
 *       Sentinels are given it.
 *   <li>Failover: a primary that does not answer for {@code down-after-milliseconds} (1000) is replaced some 2 s later; when it
 *       comes back, it is made a replica within some 10 s.
 *   <li>Directives {@code down-after-milliseconds}, {@code failover-timeout} and {@code parallel-syncs} go to the Sentinels, all
 *       others to the data nodes.
 * </ul>
 */
public final class Sentinel implements Redis {

    /** By this name the Sentinels know the primary. */
    public static final String MASTER_NAME = "main";

    private static final int SENTINELS = 3;
    private static final Duration AGREEMENT = Duration.ofSeconds(60);
    private static final Map<String, String> WATCH = Map.of(
            "down-after-milliseconds", "1000",
            "failover-timeout", "6000",
            "parallel-syncs", "1");

    private final Fleet fleet;
    private final List<Standalone> nodes;
    private final List<Standalone> sentinels;

    private Sentinel(Fleet fleet) {
        this.fleet = fleet;
        this.nodes = fleet.nodes();
        this.sentinels = fleet.sentinels();
    }

    /** Starts a primary, so many replicas, 0 or more, and three Sentinels. */
    public static Sentinel start(int replicas) {
        return start(replicas, ServerOptions.DEFAULTS);
    }

    public static Sentinel start(int replicas, ServerOptions options) {
        return start(replicas, SENTINELS, options);
    }

    public static Sentinel start(int replicas, int sentinels, ServerOptions options) {
        if (replicas < 0 || sentinels < 1) {
            throw new IllegalArgumentException("replicas is " + replicas + " and sentinels is " + sentinels
                    + "; give 0 or more replicas and 1 or more sentinels");
        }
        Map<String, String> watch = new LinkedHashMap<>(WATCH);
        Map<String, String> data = new LinkedHashMap<>(options.directives());
        data.keySet().removeAll(WATCH.keySet());
        watch.replaceAll((name, value) -> options.directives().getOrDefault(name, value));
        Map<Integer, String> ids = new LinkedHashMap<>();
        Fleet fleet = Fleet.start(new Fleet.Plan(
                Topology.SENTINEL,
                replicas + 1,
                sentinels,
                options.withOnlyDirectives(data),
                Replication.defaults(options),
                (seat, all) -> lines(seat, all, watch, options, ids),
                Sentinel::bond));
        try {
            Sentinel started = new Sentinel(fleet);
            started.awaitAgreement();
            return started;
        } catch (RuntimeException failure) {
            fleet.discard();
            throw failure;
        }
    }

    /** Sentinels shall find a replication that is whole, or they begin to mend it. */
    private static void bond(List<Standalone> nodes) {
        Standalone primary = nodes.get(0);
        List<Standalone> replicas = nodes.subList(1, nodes.size());
        Replication.follow(replicas, primary);
        if (!Deadline.in(AGREEMENT).await(() -> Role.inSync(primary, replicas))) {
            throw new ServerException("The replicas of " + primary + " are not in sync after " + AGREEMENT.toSeconds()
                    + " s. Its log says: " + Log.reason(primary.log()));
        }
    }

    /** What a Sentinel knows at its start: all others, so that they need not find each other first; or what it had written down. */
    private static List<String> lines(
            Seat seat, List<Seat> all, Map<String, String> watch, ServerOptions options, Map<Integer, String> ids) {
        List<String> lines = new ArrayList<>();
        if (seat.kept().isEmpty()) {
            lines.add("sentinel myid " + id(ids, seat));
            long others = all.stream().filter(Seat::sentinel).count();
            lines.add("sentinel monitor main 127.0.0.1 " + all.get(0).port() + " " + (others / 2 + 1));
            for (Seat other : all) {
                if (other.sentinel() && other.port() != seat.port()) {
                    lines.add("sentinel known-sentinel main 127.0.0.1 " + other.port() + " " + id(ids, other));
                } else if (!other.sentinel() && other.index() > 0) {
                    lines.add("sentinel known-replica main 127.0.0.1 " + other.port());
                }
            }
        } else {
            seat.kept("sentinel").stream()
                    .filter(line -> !line.startsWith("sentinel auth-"))
                    .forEach(lines::add);
        }
        watch.forEach((name, value) -> lines.add("sentinel " + name + " main " + value));
        String password = options.directives().get("requirepass");
        if (password != null) {
            lines.add("sentinel auth-pass main " + password);
        }
        return lines;
    }

    private static String id(Map<Integer, String> ids, Seat seat) {
        return ids.computeIfAbsent(
                seat.port(), port -> String.format(Locale.ROOT, "%040x", new BigInteger(159, new SecureRandom())));
    }

    @Override
    public String uri() {
        return nodes.get(0).uri("-sentinel", hosts(), "#" + MASTER_NAME);
    }

    @Override
    public Topology topology() {
        return Topology.SENTINEL;
    }

    /**
     * The primary: most of the Sentinels that answer name it, and it says so itself. Waits while a failover is under way or due.
     *
     * @throws ServerException when there is none within 60 s
     */
    public Standalone primary() {
        return await(this::primaryNow, "There is no primary");
    }

    /** All data nodes but the primary, also those that do not run. */
    public List<Standalone> replicas() {
        Standalone now = primary();
        return nodes.stream().filter(node -> node != now).toList();
    }

    @Override
    public List<Standalone> nodes() {
        return nodes;
    }

    /** The Sentinels, each as a server that can be asked, killed, frozen and restarted. */
    public List<Standalone> sentinels() {
        return sentinels;
    }

    /** What stands between the nodes and Sentinels of {@link ServerOptions#withPartitions()}. */
    public Network network() {
        return fleet.network();
    }

    /**
     * Has a Sentinel replace the primary by a replica, as after a failure but without one, and waits until all is settled.
     *
     * @throws ServerException when no replica can take over, or all is not settled within 60 s
     */
    public void failover() {
        Standalone before = primary();
        String[] refusal = {""};
        boolean begun = Deadline.in(AGREEMENT).await(() -> {
            Reply reply = anySentinel().ask("SENTINEL", "FAILOVER", MASTER_NAME);
            refusal[0] = reply.text();
            return !(reply instanceof Reply.Failed);
        });
        if (!begun) {
            throw new ServerException(
                    "The failover does not begin: " + refusal[0] + " (" + this + "). Is a replica up?");
        }
        await(() -> primaryNow().filter(now -> now != before), "No replica took over");
        awaitAgreement();
    }

    /**
     * Waits until all Sentinels that run name the same primary and see each other and all nodes that run, and these follow the
     * primary and have read all that it has written.
     *
     * @throws ServerException when they do not within 60 s
     */
    public void awaitAgreement() {
        await(() -> primaryNow().filter(this::agreed), "The Sentinels and nodes do not agree");
    }

    private Standalone await(Supplier<Optional<Standalone>> look, String otherwise) {
        List<Standalone> found = new ArrayList<>();
        boolean settled = Deadline.in(AGREEMENT).await(() -> {
            look.get().ifPresent(found::add);
            return !found.isEmpty();
        });
        if (!settled) {
            throw new ServerException(otherwise + " after " + AGREEMENT.toSeconds() + " s (" + this
                    + "). Do most Sentinels and enough nodes run, unfrozen and connected?");
        }
        return found.get(0);
    }

    /** The node that more than half of the Sentinels that answer name, if it says itself that it is a primary. */
    private Optional<Standalone> primaryNow() {
        Map<Integer, Long> votes = Replication.running(sentinels).stream()
                .flatMap(sentinel -> named(sentinel).stream())
                .collect(Collectors.groupingBy(port -> port, Collectors.counting()));
        long answers = votes.values().stream().mapToLong(count -> count).sum();
        return nodes.stream()
                .filter(node -> 2 * votes.getOrDefault(node.port(), 0L) > answers)
                .filter(Role::isPrimary)
                .findFirst();
    }

    private static Optional<Integer> named(Standalone sentinel) {
        return ask(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME)
                .filter(Reply.Many.class::isInstance)
                .map(reply ->
                        Integer.valueOf(((Reply.Many) reply).items().get(1).text()));
    }

    private boolean agreed(Standalone primary) {
        List<Standalone> replicas = Replication.running(nodes).stream()
                .filter(node -> node != primary)
                .toList();
        return Replication.running(sentinels).stream().allMatch(sentinel -> sees(sentinel, primary, replicas))
                && Role.inSync(primary, replicas);
    }

    private boolean sees(Standalone sentinel, Standalone primary, List<Standalone> replicas) {
        Set<Integer> up = upPorts(sentinel, "MASTER", "master");
        up.addAll(upPorts(sentinel, "REPLICAS", "slave"));
        up.addAll(upPorts(sentinel, "SENTINELS", "sentinel"));
        return named(sentinel).filter(port -> port == primary.port()).isPresent()
                && up.contains(primary.port())
                && replicas.stream().allMatch(replica -> up.contains(replica.port()))
                && Replication.running(sentinels).stream()
                        .allMatch(other -> other == sentinel || up.contains(other.port()));
    }

    /** The ports of those whose flags are this one alone: neither down nor disconnected nor in a failover. */
    private static Set<Integer> upPorts(Standalone sentinel, String what, String flags) {
        Reply reply = ask(sentinel, "SENTINEL", what, MASTER_NAME).orElse(new Reply.Missing());
        if (!(reply instanceof Reply.Many all)) {
            return new HashSet<>();
        }
        List<Reply> entries = what.equals("MASTER") ? List.of(all) : all.items();
        return entries.stream()
                .map(Sentinel::fields)
                .filter(fields -> flags.equals(fields.get("flags")))
                .map(fields -> Integer.valueOf(fields.getOrDefault("port", "0")))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static Map<String, String> fields(Reply entry) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (entry instanceof Reply.Many many) {
            for (int i = 0; i + 1 < many.items().size(); i += 2) {
                fields.put(many.items().get(i).text(), many.items().get(i + 1).text());
            }
        }
        return fields;
    }

    private static Optional<Reply> ask(Standalone sentinel, String... words) {
        try {
            return Optional.of(sentinel.ask(Fleet.PROBE, words));
        } catch (ServerException silent) {
            return Optional.empty();
        }
    }

    private Standalone anySentinel() {
        return sentinels.stream()
                .filter(sentinel -> named(sentinel).isPresent())
                .findFirst()
                .orElseThrow(() -> new ServerException("No Sentinel answers (" + this + "). Restart or thaw one."));
    }

    @Override
    public String command(String... words) {
        return primary().command(words);
    }

    /** Also waits until the replicas are empty. */
    @Override
    public void flushAll() {
        Standalone now = primary();
        now.flushAll();
        List<Standalone> others =
                Replication.running(nodes).stream().filter(node -> node != now).toList();
        await(() -> Optional.of(now).filter(primary -> Role.inSync(primary, others)), "The replicas are not in sync");
    }

    @Override
    public String log() {
        return fleet.log();
    }

    @Override
    public void close() {
        fleet.close();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "redis-sentinel://" + hosts() + "#" + MASTER_NAME;
    }

    private String hosts() {
        return sentinels.stream().map(one -> "127.0.0.1:" + one.port()).collect(Collectors.joining(","));
    }
}
