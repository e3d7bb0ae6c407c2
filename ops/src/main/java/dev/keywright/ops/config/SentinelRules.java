package dev.keywright.ops.config;

import static dev.keywright.ops.Severity.ERROR;
import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;
import static dev.keywright.ops.config.Rule.Reads.SENTINEL;

import dev.keywright.ops.Severity;
import dev.keywright.ops.config.ConfFile.Line;
import dev.keywright.ops.config.Rule.Check;
import dev.keywright.ops.config.Rule.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The file of a Sentinel: whether it starts with it, and whether its failovers will work. */
final class SentinelRules {

    private static final String STOPS = "Sentinel stops with FATAL CONFIG FILE ERROR and does not start.";
    private static final Directives KNOWN = Directives.known();

    private SentinelRules() {}

    /**
     * A master that is watched.
     *
     * @param settings by name, the last one of each
     */
    record Master(String name, Line monitor, Map<String, Line> settings, List<Line> replicas, List<Line> sentinels) {

        long quorum() {
            return Numbers.loose(SentinelDirective.digits(monitor.arguments().get(4)))
                    .orElse(0);
        }

        long number(String setting) {
            Line line = settings.get(setting);
            String fallback = KNOWN.sentinel(setting)
                    .flatMap(SentinelDirective::defaultValue)
                    .orElse("0");
            return Numbers.loose(SentinelDirective.digits(
                            line == null ? fallback : line.arguments().get(2)))
                    .orElse(0);
        }

        Line line(String setting) {
            return settings.getOrDefault(setting, monitor);
        }

        String host() {
            return monitor.arguments().get(2);
        }

        long port() {
            return Numbers.loose(SentinelDirective.digits(monitor.arguments().get(3)))
                    .orElse(0);
        }

        /** The value behind the master's name; never to be shown where it is a password. */
        Optional<String> value(String setting) {
            return Optional.ofNullable(settings.get(setting))
                    .map(line -> line.arguments().get(2));
        }
    }

    static List<Rule> all() {
        return List.of(
                rule(
                        "sentinel-directive-unknown",
                        ERROR,
                        "a directive Sentinel does not know",
                        STOPS,
                        SentinelRules::unknown),
                rule("sentinel-value-wrong", ERROR, "wrong number or kind of values", STOPS, SentinelRules::values),
                rule(
                        "sentinel-number-cut",
                        WARNING,
                        "a number with something behind it",
                        "Sentinel reads the digits and drops the rest, also a unit: times are milliseconds, so 5s are"
                                + " 5 ms.",
                        SentinelRules::cutNumbers),
                rule(
                        "sentinel-master-unknown",
                        ERROR,
                        "a setting of a master that is not watched",
                        STOPS,
                        SentinelRules::master),
                rule(
                        "sentinel-master-twice",
                        ERROR,
                        "a master watched twice under one name",
                        STOPS,
                        SentinelRules::twice),
                rule(
                        "sentinel-hostname",
                        ERROR,
                        "a name of a host where only addresses are allowed",
                        "Sentinel cannot resolve it and stops.",
                        SentinelRules::hostname),
                rule(
                        "sentinel-quorum-one",
                        WARNING,
                        "a quorum of one",
                        "One Sentinel that lost its network takes a healthy master for down.",
                        each((master, found) -> {
                            if (master.quorum() == 1) {
                                found.add(
                                        master.monitor().place(),
                                        "One Sentinel alone decides that " + master.name() + " is down.",
                                        "Run three Sentinels on three hosts and give a quorum of 2.");
                            }
                        })),
                rule(
                        "sentinel-too-few",
                        ERROR,
                        "fewer than three Sentinels",
                        "A failover needs the votes of a majority of all Sentinels; with two, the loss of one stops"
                                + " it.",
                        each((master, found) -> count(master)
                                .filter(count -> count < 3)
                                .ifPresent(count -> found.add(
                                        master.monitor().place(),
                                        count + " Sentinels watch " + master.name() + ", as far as this file knows.",
                                        "Add Sentinels on other hosts until there are three.")))),
                rule(
                        "sentinel-even",
                        WARNING,
                        "an even number of Sentinels",
                        "The majority of four is three, so the fourth one makes nothing safer.",
                        each((master, found) -> count(master)
                                .filter(count -> count >= 4 && count % 2 == 0)
                                .ifPresent(count -> found.add(
                                        master.monitor().place(),
                                        count + " Sentinels watch " + master.name() + ".",
                                        "Take one away or add one.")))),
                rule(
                        "sentinel-quorum-too-high",
                        WARNING,
                        "a quorum above the majority",
                        "More Sentinels must agree than are needed to vote, so fewer failures are survived.",
                        each((master, found) -> count(master)
                                .filter(count -> master.quorum() > count / 2 + 1)
                                .ifPresent(count -> found.add(
                                        master.quorum() > count ? ERROR : WARNING,
                                        master.monitor().place(),
                                        "The quorum of " + master.name() + " is " + master.quorum() + " of " + count
                                                + " Sentinels.",
                                        "Give " + (count / 2 + 1) + ".")))),
                rule(
                        "sentinel-down-after-short",
                        WARNING,
                        "down-after-milliseconds below 1000",
                        "A slow command or a fork looks like a failure, and needless failovers lose writes.",
                        each((master, found) -> {
                            long after = master.number("down-after-milliseconds");
                            if (after < 1000) {
                                found.add(
                                        master.line("down-after-milliseconds").place(),
                                        master.name() + " counts as down after " + after + " ms.",
                                        "sentinel down-after-milliseconds " + master.name() + " 5000");
                            }
                        })),
                rule(
                        "sentinel-down-after-long",
                        INFO,
                        "down-after-milliseconds of 30000 or more",
                        "Clients wait that long before a failover even begins; 1000 ms gave an outage of about 2.2 s"
                                + " and 5000 ms of 6.2 s.",
                        each((master, found) -> {
                            long after = master.number("down-after-milliseconds");
                            if (after >= 30_000) {
                                found.add(
                                        master.line("down-after-milliseconds").place(),
                                        master.name() + " counts as down after " + after / 1000 + " s.",
                                        "sentinel down-after-milliseconds " + master.name() + " 5000");
                            }
                        })),
                rule(
                        "sentinel-failover-timeout-short",
                        WARNING,
                        "failover-timeout not well above down-after-milliseconds",
                        "A failover is given up before replicas had time to follow, and the next one waits twice that"
                                + " time.",
                        each((master, found) -> {
                            if (master.number("failover-timeout") < 2 * master.number("down-after-milliseconds")) {
                                found.add(
                                        master.line("failover-timeout").place(),
                                        "failover-timeout of " + master.name() + " is "
                                                + master.number("failover-timeout")
                                                + " ms, less than twice down-after-milliseconds.",
                                        "sentinel failover-timeout " + master.name() + " "
                                                + Math.max(60_000, 4 * master.number("down-after-milliseconds")));
                            }
                        })),
                rule(
                        "sentinel-parallel-syncs",
                        WARNING,
                        "all replicas synchronise at once after a failover",
                        "While they load, no replica answers.",
                        each((master, found) -> {
                            long replicas = master.replicas().size();
                            long syncs = master.number("parallel-syncs");
                            if (replicas > 0 && syncs >= replicas && replicas > 1 || replicas == 0 && syncs > 1) {
                                found.add(
                                        master.line("parallel-syncs").place(),
                                        "parallel-syncs of " + master.name() + " is " + syncs
                                                + (replicas > 0 ? " for " + replicas + " replicas." : "."),
                                        "sentinel parallel-syncs " + master.name() + " 1");
                            }
                        })),
                rule(
                        "sentinel-no-auth-pass",
                        INFO,
                        "no password for the master",
                        "A master that wants a password looks down to this Sentinel.",
                        each((master, found) -> {
                            if (!master.settings().containsKey("auth-pass")) {
                                found.add(
                                        master.monitor().place(),
                                        "There is no auth-pass for " + master.name() + ".",
                                        "sentinel auth-pass " + master.name()
                                                + " <password>, where the master has requirepass.");
                            }
                        })),
                rule(
                        "sentinel-half-setting",
                        WARNING,
                        "a setting without the one it needs",
                        "It has no effect: a user without password does not log in, and names are not told unless they"
                                + " are resolved.",
                        SentinelRules::halves),
                rule(
                        "sentinel-file-read-only",
                        ERROR,
                        "a file that nobody may write",
                        "Sentinel keeps what it learns in its file and refuses to start when it cannot.",
                        SentinelRules::readOnly),
                rule(
                        "sentinel-loopback",
                        WARNING,
                        "a master at a loopback address",
                        "Clients and other Sentinels on other hosts are told that address and cannot reach it.",
                        each((master, found) -> {
                            String host = master.monitor().arguments().get(2);
                            if (host.startsWith("127.") || host.equals("::1") || host.equals("localhost")) {
                                found.add(
                                        master.monitor().place(),
                                        master.name() + " is watched at " + host + ".",
                                        "Give the address other hosts use.");
                            }
                        })),
                rule(
                        "sentinel-announce",
                        INFO,
                        "no announced address although names are resolved",
                        "In containers and behind address translation other Sentinels see an address they cannot"
                                + " reach.",
                        SentinelRules::announce),
                rule(
                        "sentinel-protected",
                        WARNING,
                        "a Sentinel open to everybody",
                        "Whoever reaches it can point clients to another server.",
                        SentinelRules::open));
    }

    private static Rule rule(String id, Severity severity, String finds, String why, Check check) {
        return new Rule(id, severity, SENTINEL, finds, why, (subject, found) -> {
            if (subject.isSentinel()) {
                check.look(subject, found);
            }
        });
    }

    private interface OfMaster {
        void look(Master master, Found found);
    }

    private static Check each(OfMaster check) {
        return (subject, found) -> masters(subject).forEach(master -> check.look(master, found));
    }

    private static List<Line> lines(Subject subject) {
        return subject.lines().stream()
                .filter(line ->
                        line.name().equals("sentinel") && !line.arguments().isEmpty())
                .toList();
    }

    private static Optional<SentinelDirective> directive(Line line) {
        return KNOWN.sentinel(line.arguments().get(0));
    }

    private static Optional<String> complaint(Line line) {
        List<String> words = line.arguments();
        return directive(line).flatMap(known -> known.complaint(words.subList(1, words.size())));
    }

    /** The masters that a file watches, as far as its lines are right. */
    static List<Master> masters(Subject subject) {
        Map<String, Master> masters = new LinkedHashMap<>();
        List<Line> sound = lines(subject).stream()
                .filter(line -> directive(line).isPresent() && complaint(line).isEmpty())
                .toList();
        for (Line line : sound) {
            if (line.arguments().get(0).equalsIgnoreCase("monitor")) {
                String name = line.arguments().get(1);
                masters.put(name, new Master(name, line, new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>()));
            }
        }
        for (Line line : sound) {
            SentinelDirective directive = directive(line).orElseThrow();
            Master master =
                    directive.isOfMaster() ? masters.get(line.arguments().get(1)) : null;
            if (master != null) {
                master.settings().put(directive.name(), line);
                if (directive.name().equals("known-replica")) {
                    master.replicas().add(line);
                } else if (directive.name().equals("known-sentinel")) {
                    master.sentinels().add(line);
                }
            }
        }
        return List.copyOf(masters.values());
    }

    /** How many Sentinels there are, once this one has met others. */
    private static Optional<Integer> count(Master master) {
        return master.sentinels().isEmpty()
                ? Optional.empty()
                : Optional.of(master.sentinels().size() + 1);
    }

    private static void unknown(Subject subject, Found found) {
        for (Line line : lines(subject)) {
            if (directive(line).isEmpty()) {
                String name = line.arguments().get(0);
                found.add(
                        line.place(),
                        "Sentinel knows no directive " + name + ".",
                        KNOWN.nearestOfSentinel(name)
                                .map(near -> "Write " + near + ", if that is meant; else remove the line.")
                                .orElse("Remove the line."));
            }
        }
    }

    private static void values(Subject subject, Found found) {
        for (Line line : lines(subject)) {
            complaint(line)
                    .ifPresent(wrong -> found.add(
                            line.place(),
                            "sentinel " + line.arguments().get(0) + ": " + wrong + ".",
                            "Give " + directive(line).orElseThrow().spoken() + "."));
        }
    }

    private static void cutNumbers(Subject subject, Found found) {
        for (Line line : lines(subject)) {
            directive(line)
                    .filter(directive -> complaint(line).isEmpty())
                    .flatMap(directive -> directive.cut(
                            line.arguments().subList(1, line.arguments().size())))
                    .ifPresent(cut -> found.add(
                            line.place(),
                            "sentinel " + line.arguments().get(0) + ": " + cut + ".",
                            "Write the number alone, a time in milliseconds."));
        }
    }

    private static void master(Subject subject, Found found) {
        Set<String> watched = new HashSet<>();
        masters(subject).forEach(master -> watched.add(master.name()));
        for (Line line : lines(subject)) {
            boolean ofMaster =
                    directive(line).filter(SentinelDirective::isOfMaster).isPresent();
            if (ofMaster
                    && complaint(line).isEmpty()
                    && !watched.contains(line.arguments().get(1))) {
                found.add(
                        line.place(),
                        "No master " + line.arguments().get(1) + " is watched.",
                        Directives.nearest(line.arguments().get(1), watched.stream())
                                .map(near -> "Write " + near + ", if that is meant.")
                                .orElse("Add sentinel monitor "
                                        + line.arguments().get(1) + " <address> 6379 2."));
            }
        }
    }

    private static void twice(Subject subject, Found found) {
        Set<String> seen = new HashSet<>();
        for (Line line : lines(subject)) {
            boolean monitor = line.arguments().get(0).equalsIgnoreCase("monitor")
                    && line.arguments().size() > 1;
            if (monitor && !seen.add(line.arguments().get(1))) {
                found.add(
                        line.place(),
                        line.arguments().get(1) + " is watched already.",
                        "Give each master a name of its own.");
            }
        }
    }

    private static boolean resolves(Subject subject) {
        return lines(subject).stream()
                .anyMatch(line -> line.arguments().get(0).equalsIgnoreCase("resolve-hostnames")
                        && line.arguments().size() == 2
                        && line.arguments().get(1).equalsIgnoreCase("yes"));
    }

    private static void hostname(Subject subject, Found found) {
        if (resolves(subject)) {
            return;
        }
        for (Master master : masters(subject)) {
            String host = master.monitor().arguments().get(2);
            if (!host.matches("\\d+(\\.\\d+){3}") && host.indexOf(':') < 0) {
                found.add(
                        master.monitor().place(),
                        "The master is given by a name, " + host + ".",
                        "Give its address, or add sentinel resolve-hostnames yes.");
            }
        }
    }

    private static Optional<Line> setting(Subject subject, String name) {
        return lines(subject).stream()
                .filter(line -> line.arguments().get(0).equalsIgnoreCase(name))
                .reduce((first, last) -> last);
    }

    private static void halves(Subject subject, Found found) {
        for (Master master : masters(subject)) {
            if (master.settings().containsKey("auth-user") && !master.settings().containsKey("auth-pass")) {
                found.add(
                        master.line("auth-user").place(),
                        "There is an auth-user for " + master.name() + " and no auth-pass.",
                        "sentinel auth-pass " + master.name() + " <the password of that user>");
            }
        }
        if (setting(subject, "sentinel-pass").isEmpty()) {
            setting(subject, "sentinel-user")
                    .ifPresent(line -> found.add(
                            line.place(),
                            "sentinel-user is given and sentinel-pass is not.",
                            "sentinel sentinel-pass <the password of that user>"));
        }
        setting(subject, "announce-hostnames")
                .filter(line -> line.arguments().contains("yes") && !resolves(subject))
                .ifPresent(line -> found.add(
                        line.place(),
                        "announce-hostnames is yes and resolve-hostnames is no.",
                        "sentinel resolve-hostnames yes"));
    }

    private static void readOnly(Subject subject, Found found) {
        try {
            Set<PosixFilePermission> rights = Files.getPosixFilePermissions(Path.of(subject.name()));
            if (rights.stream().noneMatch(right -> right.name().endsWith("_WRITE"))) {
                found.add(
                        subject.place(),
                        "No user may write the file.",
                        "chmod 640 " + subject.name() + ", owned by the user Sentinel runs as.");
            }
        } catch (IOException | UnsupportedOperationException | InvalidPathException e) {
            // A text that is no file here has no permissions to judge.
        }
    }

    private static void announce(Subject subject, Found found) {
        boolean announces =
                lines(subject).stream().anyMatch(line -> line.arguments().get(0).equalsIgnoreCase("announce-ip"));
        if (resolves(subject) && !announces) {
            found.add(
                    subject.place(), "announce-ip is not given.", "sentinel announce-ip <address or name others use>");
        }
    }

    private static void open(Subject subject, Found found) {
        if (subject.is("protected-mode", "no") && subject.listensToOthers() && subject.isOpen()) {
            found.add(
                    subject.place("protected-mode"),
                    "protected-mode is off and there is no password.",
                    "Give requirepass, or bind to addresses only Sentinels, servers and clients reach.");
        }
    }
}
