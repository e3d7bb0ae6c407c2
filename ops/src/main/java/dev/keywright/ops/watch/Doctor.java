package dev.keywright.ops.watch;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Endpoint;
import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.config.LintReport;
import dev.keywright.ops.config.Linter;
import dev.keywright.ops.config.Release;
import dev.keywright.ops.config.Role;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Examines running servers: everything {@link Linter} finds in them, and what shows only over some seconds or in their logs and lists
 * of clients. Nothing is changed, no key is read.
 * <ul>
 *   <li>Cost: a few dozen commands per server, the dearest of them CLIENT LIST, which is left out above 20,000 clients.
 *   <li>Takes as long as rates are looked at, and about a second.
 *   <li>A command the server does not allow costs what it would have shown; the report says so.
 * </ul>
 */
public final class Doctor {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration CLOSER = Duration.ofSeconds(5);

    /**
     * How to examine.
     *
     * @param time how long rates are looked at
     * @param role what the servers are for; empty to judge by their eviction policy
     */
    public record Options(Duration time, Optional<Role> role) {

        /** Five seconds. */
        public static final Options DEFAULTS = new Options(Duration.ofSeconds(5), Optional.empty());
    }

    /** A rule, for documents. */
    public record Described(
            String id,
            List<String> rules,
            Severity severity,
            String finds,
            String why,
            Map<String, Double> limits,
            String source) {}

    /** One finding for each code, which is told apart by what mends it. */
    private static final String ERRORS = "errors-rising";

    /** What was counted since the start, and what says the same of now, with more to it. */
    private static final Map<String, String> SAID_BETTER = Map.of(
            "hit-ratio-low", "hit-ratio-now",
            "evictions-on-store", "evicting-now",
            "expiry-behind", "expiry-behind-now",
            "connections-refused", "connections-refused-now",
            "connection-churn", "connection-churn-now",
            "partial-syncs-failed", "full-syncs-now",
            "aof-delayed", "aof-delayed-now",
            "errors-counted", ERRORS);

    private static final List<Case.Rule> RULES = Case.rules();

    private final Options options;

    public Doctor(Options options) {
        this.options = options;
    }

    /** What is looked for beside the rules of lint. */
    public static List<Described> rules() {
        return Symptom.all().stream()
                .map(one -> new Described(
                        one.id(), one.rules(), one.severity(), one.finds(), one.why(), one.limits(), one.source()))
                .toList();
    }

    /**
     * Examines every server a URI leads to.
     *
     * @param progress is told in a few words what happens
     * @throws dev.keywright.KeywrightException when none answers
     */
    public DoctorReport examine(String uri, Consumer<String> progress) {
        progress.accept("looking at the servers");
        try (Watcher watcher = Watcher.open(uri)) {
            long begun = System.nanoTime();
            Sample before = watcher.sample(PATIENCE);
            if (before.nodes().stream().anyMatch(node -> !node.refused().isEmpty())) {
                begun = System.nanoTime();
                before = watcher.sample(PATIENCE); // Without what was not allowed, since each try counts as an error.
            }
            progress.accept("waiting " + Spoken.seconds(options.time().toMillis() / 1000.0) + " for a second look");
            rest(begun + options.time().toNanos());
            Sample now = watcher.sample(PATIENCE);
            progress.accept("looking closer");
            Map<String, Details> details = closer(Access.of(watcher.uri()), now);
            progress.accept("judging settings and figures");
            return report(before, now, details, lint(watcher, now));
        }
    }

    /** Where even the roles of servers may not be asked, nothing is judged, and that is said. */
    private LintReport lint(Watcher watcher, Sample now) {
        Linter linter = new Linter(new Linter.Options(Release.NEWEST, Optional.empty(), options.role(), false));
        try {
            return now.kind().equals("sentinel")
                    ? linter.server(watcher.uri())
                    : linter.server(
                            watcher.toString(), Access.of(watcher.uri()), places(now, true), places(now, false));
        } catch (KeywrightException.Misused e) {
            if (now.nodes().stream().noneMatch(NodeSample::isUp)) {
                throw e;
            }
            return new LintReport(
                    now.subject(),
                    "server",
                    "",
                    options.role().orElse(Role.STORE),
                    List.of(),
                    0,
                    List.of(new LintReport.NotRun(
                            Linter.rules().stream().map(Linter.Described::id).toList(),
                            String.valueOf(e.getMessage()))),
                    0,
                    List.of(),
                    List.of());
        }
    }

    private static void rest(long end) {
        while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private static List<Endpoint> places(Sample now, boolean up) {
        return now.nodes().stream()
                .filter(node -> node.isUp() == up)
                .map(node -> Endpoint.parse(node.address()))
                .toList();
    }

    /** Asks all at once, within one deadline. */
    private static Map<String, Details> closer(Access access, Sample now) {
        List<NodeSample> up = now.nodes().stream().filter(NodeSample::isUp).toList();
        ExecutorService threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "keywright-doctor");
            thread.setDaemon(true);
            return thread;
        });
        Map<String, Details> details = new LinkedHashMap<>();
        try {
            List<Future<Details>> answers = threads.invokeAll(
                    up.stream()
                            .map(node -> (Callable<Details>) () -> closer(access, node))
                            .toList(),
                    CLOSER.toNanos(),
                    TimeUnit.NANOSECONDS);
            for (int i = 0; i < up.size(); i++) {
                try {
                    details.put(up.get(i).address(), answers.get(i).get());
                } catch (ExecutionException | CancellationException gone) {
                    // Said by the rules of lint, which ask it once more.
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            threads.shutdownNow();
        }
        return details;
    }

    private static Details closer(Access access, NodeSample node) throws IOException {
        Endpoint place = Endpoint.parse(node.address());
        try (Wire wire = Wire.open(new Node(place.host(), place.port()), access, CLOSER)) {
            return Details.ask(wire, node.info());
        }
    }

    private DoctorReport report(Sample before, Sample now, Map<String, Details> details, LintReport lint) {
        List<Finding> findings = new ArrayList<>(lint.findings());
        Role role = options.role().orElse(lint.role());
        for (NodeSample node : now.nodes()) {
            Details seen = details.get(node.address());
            if (seen != null) {
                NodeSample earlier = before.node(node.address()).orElse(node);
                Case server = new Case(earlier, node, seen, role, findings::add);
                RULES.forEach(rule -> rule.look().at(server, rule.symptom()));
            }
        }
        Set<String> said = lint.findings().stream().map(Finding::id).collect(Collectors.toSet());
        findings.addAll(TogetherRules.look(before, now, said));
        findings.addAll(silent(now, said));
        findings.removeAll(saidBetter(findings));
        findings.sort(Comparator.comparing(Finding::severity)
                .reversed()
                .thenComparing(finding -> finding.place().source()));
        return new DoctorReport(
                now.subject(),
                now.kind(),
                role,
                options.time().toMillis() / 1000.0,
                now.nodes().stream().map(node -> line(before, node)).toList(),
                findings,
                lint.rulesRun() + RULES.size() + TogetherRules.IDS.size(),
                notSeen(details, lint));
    }

    private static List<Finding> saidBetter(List<Finding> findings) {
        return findings.stream()
                .filter(since -> findings.stream()
                        .anyMatch(now -> now.id().equals(SAID_BETTER.get(since.id()))
                                && now.place().source().equals(since.place().source())
                                && (!now.id().equals(ERRORS) || now.fix().equals(since.fix()))))
                .toList();
    }

    /** A server that went silent between the looks, which lint may not have met. */
    private static List<Finding> silent(Sample now, Set<String> said) {
        if (said.contains("node-silent")) {
            return List.of();
        }
        return now.nodes().stream()
                .filter(node -> !node.isUp())
                .map(node -> new Finding(
                        "node-silent",
                        Severity.ERROR,
                        node.address() + " does not answer here: "
                                + node.trouble().orElse("?") + ".",
                        "Clients that are sent there fail, and nothing is known of it.",
                        "Start it, or correct the address it announces.",
                        Finding.Place.whole(node.address())))
                .toList();
    }

    private static DoctorReport.Node line(Sample before, NodeSample node) {
        Info info = node.info();
        double ops = before.node(node.address())
                .filter(node::follows)
                .map(earlier -> (info.number("total_commands_processed")
                                - earlier.info().number("total_commands_processed"))
                        / node.secondsSince(earlier))
                .orElse(0.0);
        return new DoctorReport.Node(
                node.address(),
                info.role(),
                node.shard(),
                node.trouble(),
                node.isKnown() ? info.release() : "",
                (long) info.number("uptime_in_seconds"),
                Math.max(0, ops),
                (long) info.number("used_memory"),
                (long) info.number("maxmemory"),
                info.keys(),
                (long) info.number("connected_clients"),
                node.pings().p50Millis());
    }

    private static List<String> notSeen(Map<String, Details> details, LintReport lint) {
        List<String> lines = new ArrayList<>();
        lint.notRun()
                .forEach(missed -> lines.add(missed.rules().size() + " rules of settings and figures could not look: "
                        + missed.reason().replaceFirst("\\.$", "") + "."));
        Map<String, Set<String>> refused = new LinkedHashMap<>();
        details.forEach((address, seen) -> seen.refused()
                .forEach(command -> refused.computeIfAbsent(command, any -> new LinkedHashSet<>())
                        .add(address)));
        refused.forEach((command, addresses) -> lines.add(meant(command) + " could not be looked at: "
                + (addresses.size() < 3 ? String.join(" and ", addresses) : addresses.size() + " servers")
                + (addresses.size() == 1 ? " does" : " do") + " not allow or not know " + command + "."));
        return lines;
    }

    private static String meant(String command) {
        return switch (command) {
            case "CLIENT LIST" -> "Clients and their buffers";
            case "SLOWLOG GET" -> "The slow log";
            case "COMMANDLOG GET" -> "Big replies";
            default -> "Latency events";
        };
    }
}
