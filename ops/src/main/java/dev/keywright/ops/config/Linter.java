package dev.keywright.ops.config;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Endpoint;
import dev.keywright.connection.Topology;
import dev.keywright.ops.Finding;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.Severity;
import dev.keywright.ops.config.Rule.Hit;
import dev.keywright.ops.config.Rule.Reads;
import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Looks at a conf file, or at a running server and its whole cluster, and says what is wrong or risky. Nothing is changed.
 * <ul>
 *   <li>A file: some milliseconds; an error of the first group of rules means that the server does not start with it.
 *   <li>A server: INFO, CONFIG GET, ACL LIST and CLUSTER INFO on each node; no more than a few round trips.
 *   <li>Any number of threads.
 * </ul>
 */
public final class Linter {

    /**
     * How to judge.
     *
     * @param release which server reads the file; a running server tells by itself
     * @param allocator the memory allocator of that server, as it tells with {@code --version}; empty when not known
     * @param role what the server is for; empty to judge by the eviction policy
     * @param here the file is for this machine, so memory, cores and kernel settings count
     */
    public record Options(Release release, Optional<String> allocator, Optional<Role> role, boolean here) {

        /** The newest Redis, on some machine, for what its policy says. */
        public static final Options DEFAULTS = new Options(Release.NEWEST, Optional.empty(), Optional.empty(), false);
    }

    private static final int MOST_FIXES = 50;
    private static final int ASKED_AT_ONCE = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final List<Rule> RULES = Stream.of(
                    FileRules.all(),
                    SentinelRules.all(),
                    WatchRules.all(),
                    DataRules.all(),
                    ReplicationRules.all(),
                    HalfRules.all(),
                    SecurityRules.all(),
                    OperationRules.all(),
                    ServerRules.all(),
                    ActivityRules.all(),
                    NodeRules.all(),
                    FilesRules.all())
            .flatMap(List::stream)
            .toList();

    private final Options options;

    public Linter(Options options) {
        this.options = options;
    }

    /** A rule, for documents. */
    public record Described(String id, Severity severity, String reads, String finds, String why) {}

    /** All rules in the order they run. */
    public static List<Described> rules() {
        return RULES.stream()
                .map(rule ->
                        new Described(rule.id(), rule.severity(), rule.reads().spoken(), rule.finds(), rule.why()))
                .toList();
    }

    /** @throws OpsException when the file cannot be read or is no conf file */
    public LintReport file(Path file) {
        return report(look(ConfFile.read(file)));
    }

    /**
     * What the files of one deployment say of each other; what each says by itself is left to {@link #file}.
     *
     * @throws OpsException when one cannot be read
     */
    public LintReport relations(List<Path> files) {
        List<Subject> subjects =
                files.stream().map(file -> subject(ConfFile.read(file))).toList();
        Looks looks = new Looks();
        Subject group = Subject.group(LintReport.DEPLOYMENT, subjects, List.of());
        looks.at(group, EnumSet.of(Reads.FILES));
        List<Subject> servers = new ConfSet(subjects).servers();
        if (servers.size() > 1) {
            looks.at(Subject.group(LintReport.DEPLOYMENT, servers, List.of()), EnumSet.of(Reads.GROUP));
        }
        return looks.report(LintReport.DEPLOYMENT, LintReport.DEPLOYMENT, group);
    }

    /** Judges a text that is no file; includes are followed from the working directory. */
    public LintReport text(String name, String text) {
        return report(look(ConfFile.parse(name, text)));
    }

    /** A corrected copy of a file; the file itself stays as it is. */
    public FixedConf fix(Path file) {
        ConfFile conf = ConfFile.read(file);
        return fixed(conf);
    }

    /** Corrects a text that is no file. */
    public FixedConf fix(String name, String text) {
        return fixed(ConfFile.parse(name, text));
    }

    /** Writes a corrected copy in the charset of the original. */
    public static void write(FixedConf fixed, Path original, Path copy) {
        if (copy.toAbsolutePath().normalize().equals(original.toAbsolutePath().normalize())) {
            throw new OpsException(copy + " is the file itself, which stays as it is. Give another file with -o.");
        }
        try {
            Files.writeString(copy, fixed.text(), ConfFile.read(original).charset());
        } catch (IOException e) {
            throw new OpsException(copy + " could not be written (" + e + "). Choose another file with -o.", e);
        }
    }

    /**
     * Judges every node that a URI leads to. One of Sentinels, or a Sentinel's own port, leads to them, the masters they watch and
     * the replicas.
     */
    public LintReport server(String uri) {
        if (WatchUri.isOne(uri)) {
            return watched(WatchUri.parse(uri));
        }
        try (Connection connection = Connection.open(uri)) {
            return server(connection.toString(), Access.of(uri), places(connection), List.of());
        } catch (KeywrightException.Misused e) {
            List<LintReport> reports = WatchUri.mastersNamedIn(String.valueOf(e.getMessage())).stream()
                    .map(master -> watched(WatchUri.behind(uri, master)))
                    .toList();
            if (reports.isEmpty()) {
                throw e;
            }
            return reports.size() == 1 ? reports.get(0) : LintReport.together(reports, List.of());
        }
    }

    /** Where a Sentinel leads to that was named as if it were a server, with the password; nowhere from any other complaint. */
    public static List<String> watchedBehind(String uri, KeywrightException.Misused complaint) {
        return WatchUri.mastersNamedIn(String.valueOf(complaint.getMessage())).stream()
                .map(master -> WatchUri.behind(uri, master).written())
                .toList();
    }

    private static List<Endpoint> places(Connection connection) {
        return connection.topology().nodes().stream()
                .map(Topology.Node::endpoint)
                .toList();
    }

    /**
     * Judges these nodes of one deployment, and all of them together.
     *
     * @param name of the deployment
     * @param silent known not to answer: they are told and not waited for, unless there is no other
     */
    public LintReport server(String name, Access access, List<Endpoint> nodes, List<Endpoint> silent) {
        Looks looks = new Looks();
        Subject first =
                nodes.isEmpty() ? nodes(name, access, silent, nodes, looks) : nodes(name, access, nodes, silent, looks);
        return looks.report(name, "server", first);
    }

    private LintReport watched(WatchUri uri) {
        try (Connection connection = Connection.open(uri.written())) {
            Looks looks = new Looks();
            LiveWatch watch = LiveWatch.ask(connection, uri);
            watch.views().forEach(view -> looks.atRunning(subject(view.asFile(watch.master()))));
            looks.at(Subject.watch(watch, options.release()), EnumSet.of(Reads.WATCH));
            Subject first =
                    nodes(connection.toString(), Access.of(uri.written()), places(connection), List.of(), looks);
            return looks.report(uri.toString(), "sentinel", first);
        }
    }

    /** Looks at each node and at all together; a node that does not answer is told, and the others are looked at. */
    private Subject nodes(String name, Access access, List<Endpoint> asked, List<Endpoint> silent, Looks looks) {
        List<Subject> nodes = new ArrayList<>();
        List<String> unheard =
                new ArrayList<>(silent.stream().map(Endpoint::toString).toList());
        Optional<KeywrightException.Unavailable> reason = Optional.empty();
        ExecutorService threads = Executors.newFixedThreadPool(ASKED_AT_ONCE);
        try {
            List<CompletableFuture<Subject>> answers = asked.stream()
                    .map(node -> CompletableFuture.supplyAsync(() -> ask(node, access), threads))
                    .toList();
            for (int i = 0; i < asked.size(); i++) {
                try {
                    nodes.add(answers.get(i).join());
                } catch (CompletionException e) {
                    reason = Optional.of(unavailable(e));
                    unheard.add(asked.get(i).toString());
                }
            }
        } finally {
            threads.shutdownNow();
        }
        if (nodes.isEmpty()) {
            throw reason.orElseThrow(() -> new OpsException(name + " leads to no node. Give another URI."));
        }
        for (Subject node : nodes) {
            looks.at(node, EnumSet.of(Reads.SETTINGS, Reads.MACHINE, Reads.USERS, Reads.INFO));
        }
        if (nodes.size() + unheard.size() > 1) {
            looks.at(Subject.group(name, nodes, unheard), EnumSet.of(Reads.NODES, Reads.GROUP));
        }
        return nodes.get(0);
    }

    private Subject ask(Endpoint node, Access access) {
        try (Wire wire = Wire.open(new Node(node.host(), node.port()), access, PATIENCE)) {
            Machine machine = options.here() || isHere(node.host()) ? Machine.here() : Machine.UNKNOWN;
            return Subject.server(LiveNode.ask(wire, node.toString()), machine, options.role());
        } catch (Wire.Refused e) {
            throw new KeywrightException.Misused(
                    "Redis at " + node + " refused the user or password (" + e.getMessage() + "). Check the URI.");
        } catch (IOException e) {
            throw new KeywrightException.Unavailable(
                    "No Redis answers at " + node + " (" + e.getMessage() + "). Start it, or check host, port and TLS.",
                    false,
                    e);
        }
    }

    /** Why a node could not be asked, if it is that it does not answer; anything else ends the look at all of them. */
    private static KeywrightException.Unavailable unavailable(CompletionException e) {
        if (e.getCause() instanceof KeywrightException.Unavailable away) {
            return away;
        }
        throw e.getCause() instanceof RuntimeException other ? other : e;
    }

    /** What was seen so far, and by which rules. */
    private static final class Looks {

        private final List<Hit> hits = new ArrayList<>();
        private final Set<String> run = new LinkedHashSet<>();
        private final Map<String, Set<String>> missed = new LinkedHashMap<>();

        void at(Subject subject, Set<Reads> seen) {
            for (Rule rule : RULES) {
                if (!seen.contains(rule.reads())) {
                    continue;
                }
                Optional<String> obstacle = obstacle(subject, rule.reads());
                if (obstacle.isPresent()) {
                    missed.computeIfAbsent(obstacle.get(), reason -> new LinkedHashSet<>())
                            .add(rule.id());
                } else {
                    run.add(rule.id());
                    hits.addAll(rule.hits(subject));
                }
            }
        }

        /** Rules of files at a running Sentinel: places have no lines, and what mends is a command. */
        void atRunning(Subject sentinel) {
            Looks file = new Looks();
            file.at(sentinel, EnumSet.of(Reads.SENTINEL));
            run.addAll(file.run);
            file.hits.stream()
                    .map(Hit::finding)
                    .filter(finding -> !finding.id().equals("sentinel-no-auth-pass"))
                    .filter(finding -> !finding.id().equals("sentinel-loopback") || !isHere(host(sentinel.name())))
                    .map(finding -> new Finding(
                            finding.id(),
                            finding.severity(),
                            finding.what().replace(", as far as this file knows", ""),
                            finding.why(),
                            finding.fix().replaceFirst("^sentinel (\\S+) (\\S+) (\\d+)$", "SENTINEL SET $2 $1 $3"),
                            Finding.Place.whole(sentinel.name())))
                    .forEach(finding -> hits.add(new Hit(finding, Optional.empty())));
        }

        private static String host(String address) {
            return address.substring(0, address.lastIndexOf(':'));
        }

        List<Finding> findings() {
            return LintReport.sorted(hits.stream().map(Hit::finding));
        }

        /** @param first stands for all */
        LintReport report(String name, String kind, Subject first) {
            return new LintReport(
                    name,
                    kind,
                    first.release().spoken(),
                    first.role(),
                    findings(),
                    run.size(),
                    missed.entrySet().stream()
                            .map(entry -> new LintReport.NotRun(List.copyOf(entry.getValue()), entry.getKey()))
                            .toList(),
                    0,
                    List.of(),
                    List.of());
        }
    }

    /** A look at a file and what it saw. */
    private record Look(Subject subject, List<Hit> hits, int run) {}

    private Look look(ConfFile file) {
        Subject subject = subject(file);
        Set<Reads> seen = switch (file.kind()) {
            case SERVER -> EnumSet.of(Reads.LINES, Reads.SETTINGS, Reads.USERS, Reads.MACHINE);
            case SENTINEL -> EnumSet.of(Reads.LINES, Reads.SENTINEL);
            case USERS -> EnumSet.of(Reads.LINES, Reads.USERS);
        };
        Looks looks = new Looks();
        looks.at(subject, seen);
        return new Look(subject, looks.hits, looks.run.size());
    }

    private Subject subject(ConfFile file) {
        Machine machine = options.here() ? Machine.here() : Machine.UNKNOWN;
        return Subject.file(file, options.release(), machine, options.allocator(), options.role());
    }

    /** Why a rule cannot look. */
    private static Optional<String> obstacle(Subject subject, Reads reads) {
        if (subject.live().isEmpty()) {
            return Optional.empty();
        }
        LiveNode node = subject.live().get();
        return switch (reads) {
            case SETTINGS -> refused(node, "CONFIG GET");
            case USERS -> refused(node, "ACL LIST");
            case INFO -> refused(node, "INFO everything");
            case MACHINE ->
                subject.machine().equals(Machine.UNKNOWN)
                        ? Optional.of("the server runs on another machine")
                        : refused(node, "CONFIG GET");
            case LINES, SENTINEL, WATCH, NODES, GROUP, FILES -> Optional.empty();
        };
    }

    private static Optional<String> refused(LiveNode node, String command) {
        return node.refused().contains(command)
                ? Optional.of("the server does not allow " + command)
                : Optional.empty();
    }

    private static LintReport report(Look look) {
        Subject subject = look.subject();
        String kind = switch (subject.file().orElseThrow().kind()) {
            case SERVER -> "redis.conf";
            case SENTINEL -> "sentinel.conf";
            case USERS -> "users.acl";
        };
        long fixable = look.hits().stream().filter(hit -> mends(hit, subject)).count();
        return new LintReport(
                subject.name(),
                kind,
                subject.release().spoken(),
                subject.role(),
                LintReport.sorted(look.hits().stream().map(Hit::finding)),
                look.run(),
                List.of(),
                (int) fixable,
                List.of(),
                List.of());
    }

    /** Only the file itself is corrected, not the files it includes. */
    private static boolean mends(Hit hit, Subject subject) {
        return hit.edit().filter(edit -> edit.source().equals(subject.name())).isPresent();
    }

    /** Mends one finding after the other and looks again, because one fix may show the next fault. */
    private FixedConf fixed(ConfFile original) {
        ConfFile conf = original;
        List<String> notes = new ArrayList<>();
        List<Integer> origins = new ArrayList<>();
        for (int line = 1; line <= conf.text().split("\n", -1).length; line++) {
            origins.add(line);
        }
        Look look = look(conf);
        for (int fixes = 0; fixes < MOST_FIXES * Math.max(1, conf.lines().size()); fixes++) {
            Subject subject = look.subject();
            Optional<Edit> next = look.hits().stream()
                    .filter(hit -> mends(hit, subject))
                    .flatMap(hit -> hit.edit().stream())
                    .findFirst();
            if (next.isEmpty()) {
                break;
            }
            notes.add(note(next.get(), origins));
            conf = conf.with(next.get());
            look = look(conf);
        }
        return new FixedConf(conf.text(), notes, report(look));
    }

    /** Says what was done to which line of the original, and remembers where the lines after it came from. */
    private static String note(Edit edit, List<Integer> origins) {
        if (edit.line() == 0) {
            return edit.note();
        }
        int origin = origins.get(edit.line() - 1);
        for (int more = 1; more < edit.replacement().size(); more++) {
            origins.add(edit.line(), origin);
        }
        return "line " + origin + ": " + edit.note();
    }

    private static boolean isHere(String host) {
        try {
            return host.equals("localhost")
                    || host.matches("[0-9.:a-f]+")
                            && InetAddress.getByName(host).isLoopbackAddress();
        } catch (IOException e) {
            return false;
        }
    }
}
