package dev.keywright.ops.config;

import dev.keywright.connection.Connection;
import dev.keywright.connection.Topology;
import dev.keywright.ops.Finding;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.Severity;
import dev.keywright.ops.config.Rule.Hit;
import dev.keywright.ops.config.Rule.Reads;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private static final List<Rule> RULES = Stream.of(
                    FileRules.all(),
                    SentinelRules.all(),
                    DataRules.all(),
                    ReplicationRules.all(),
                    SecurityRules.all(),
                    OperationRules.all(),
                    ServerRules.all(),
                    NodeRules.all())
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

    /** Judges every node the connection knows, and all of them together. */
    public LintReport server(Connection connection) {
        Topology topology = connection.topology();
        List<Subject> nodes = new ArrayList<>();
        for (Topology.Node node : topology.nodes()) {
            try (Connection one = connection.node(node.host(), node.port())) {
                Machine machine = options.here() || isHere(node.host()) ? Machine.here() : Machine.UNKNOWN;
                nodes.add(Subject.server(LiveNode.ask(one, node.host() + ":" + node.port()), machine, options.role()));
            }
        }
        List<Hit> hits = new ArrayList<>();
        Map<String, Set<String>> missed = new LinkedHashMap<>();
        Set<String> run = new LinkedHashSet<>();
        for (Subject node : nodes) {
            look(node, EnumSet.of(Reads.SETTINGS, Reads.MACHINE, Reads.USERS, Reads.INFO), hits, run, missed);
        }
        if (nodes.size() > 1) {
            look(Subject.group(connection.toString(), nodes), EnumSet.of(Reads.NODES), hits, run, missed);
        }
        List<LintReport.NotRun> notRun = missed.entrySet().stream()
                .map(entry -> new LintReport.NotRun(List.copyOf(entry.getValue()), entry.getKey()))
                .toList();
        Subject first = nodes.get(0);
        return new LintReport(
                connection.toString(),
                "server",
                first.release().spoken(),
                first.role(),
                sorted(hits),
                run.size(),
                notRun,
                0);
    }

    /** A look at a file and what it saw. */
    private record Look(Subject subject, List<Hit> hits, int run) {}

    private Look look(ConfFile file) {
        Machine machine = options.here() ? Machine.here() : Machine.UNKNOWN;
        Subject subject = Subject.file(file, options.release(), machine, options.allocator(), options.role());
        Set<Reads> seen = switch (file.kind()) {
            case SERVER -> EnumSet.of(Reads.LINES, Reads.SETTINGS, Reads.USERS, Reads.MACHINE);
            case SENTINEL -> EnumSet.of(Reads.LINES, Reads.SENTINEL);
            case USERS -> EnumSet.of(Reads.LINES, Reads.USERS);
        };
        List<Hit> hits = new ArrayList<>();
        Set<String> run = new LinkedHashSet<>();
        look(subject, seen, hits, run, new LinkedHashMap<>());
        return new Look(subject, hits, run.size());
    }

    private static void look(
            Subject subject, Set<Reads> seen, List<Hit> hits, Set<String> run, Map<String, Set<String>> missed) {
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
            case LINES, SENTINEL, NODES -> Optional.empty();
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
                sorted(look.hits()),
                look.run(),
                List.of(),
                (int) fixable);
    }

    /** Only the file itself is corrected, not the files it includes. */
    private static boolean mends(Hit hit, Subject subject) {
        return hit.edit().filter(edit -> edit.source().equals(subject.name())).isPresent();
    }

    private static List<Finding> sorted(List<Hit> hits) {
        return hits.stream()
                .map(Hit::finding)
                .sorted(Comparator.comparing(Finding::severity)
                        .reversed()
                        .thenComparing(finding -> finding.place().source())
                        .thenComparing(finding -> finding.place().line().orElse(Integer.MAX_VALUE)))
                .toList();
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
