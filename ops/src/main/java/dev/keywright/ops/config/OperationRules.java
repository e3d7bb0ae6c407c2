package dev.keywright.ops.config;

import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;
import static dev.keywright.ops.config.Rule.Reads.MACHINE;
import static dev.keywright.ops.config.Rule.Reads.SETTINGS;

import dev.keywright.ops.Severity;
import dev.keywright.ops.config.Rule.Check;
import java.util.List;
import java.util.OptionalLong;

/** Connections, observation and the machine: whether the server can be run and looked into. */
final class OperationRules {

    private static final long SLOWEST_LOGGED = 100_000;
    private static final int MANY_THREADS = 8;
    private static final int FEW_CORES = 4;

    private OperationRules() {}

    static List<Rule> all() {
        return List.of(
                settings(
                        "keepalive-off",
                        WARNING,
                        "connections of dead clients kept for ever",
                        "They fill maxclients until nobody can connect.",
                        (subject, found) -> {
                            if (subject.number("timeout") == 0 && subject.number("tcp-keepalive") == 0) {
                                found.add(
                                        subject.place("tcp-keepalive"),
                                        "timeout and tcp-keepalive are both 0.",
                                        subject.set("tcp-keepalive", "300"));
                            }
                        }),
                settings(
                        "timeout-short",
                        INFO,
                        "idle clients disconnected after seconds",
                        "Pools find their connections closed and fail the next command.",
                        (subject, found) -> {
                            long timeout = subject.number("timeout");
                            if (timeout > 0 && timeout < 60) {
                                found.add(
                                        subject.place("timeout"),
                                        "timeout is " + timeout + " s.",
                                        subject.set("timeout", "0"));
                            }
                        }),
                settings(
                        "few-clients",
                        WARNING,
                        "few clients allowed",
                        "One pool of one service may use them all up.",
                        (subject, found) -> {
                            if (subject.number("maxclients") < 100) {
                                found.add(
                                        subject.place("maxclients"),
                                        "maxclients is " + subject.number("maxclients") + ".",
                                        subject.set("maxclients", "10000"));
                            }
                        }),
                settings(
                        "output-limit-pubsub-off",
                        WARNING,
                        "no limit for slow subscribers",
                        "One subscriber that does not read fills the memory.",
                        (subject, found) -> {
                            Subject.BufferLimit limit = subject.bufferLimit("pubsub");
                            if (limit.hardBytes() == 0 && limit.softBytes() == 0) {
                                found.add(
                                        subject.place("client-output-buffer-limit"),
                                        "The class pubsub has no limit.",
                                        "client-output-buffer-limit pubsub 32mb 8mb 60");
                            }
                        }),
                settings(
                        "buffer-soft-limit-useless",
                        INFO,
                        "a soft limit at or above the hard one",
                        "The hard limit comes first, so the soft one never acts.",
                        (subject, found) -> {
                            for (String of : List.of("normal", "replica", "pubsub")) {
                                Subject.BufferLimit limit = subject.bufferLimit(of);
                                if (limit.hardBytes() > 0 && limit.softBytes() >= limit.hardBytes()) {
                                    found.add(
                                            subject.place("client-output-buffer-limit"),
                                            "Of class " + of + " the soft limit is " + Numbers.spoken(limit.softBytes())
                                                    + " and the hard one " + Numbers.spoken(limit.hardBytes()) + ".",
                                            "Give a soft limit of a quarter of the hard one.");
                                }
                            }
                        }),
                settings(
                        "slowlog-off",
                        WARNING,
                        "the slow log off or blind",
                        "Nobody can see which commands block the others.",
                        (subject, found) -> {
                            long from = subject.number("slowlog-log-slower-than");
                            if (from < 0 || from > SLOWEST_LOGGED || subject.number("slowlog-max-len") == 0) {
                                found.add(
                                        subject.place(
                                                from < 0 || from > SLOWEST_LOGGED
                                                        ? "slowlog-log-slower-than"
                                                        : "slowlog-max-len"),
                                        from < 0
                                                ? "slowlog-log-slower-than is " + from + ", which logs nothing."
                                                : from > SLOWEST_LOGGED
                                                        ? "slowlog-log-slower-than is " + from / 1000 + " ms."
                                                        : "slowlog-max-len is 0.",
                                        subject.set(
                                                from < 0 || from > SLOWEST_LOGGED
                                                        ? "slowlog-log-slower-than"
                                                        : "slowlog-max-len",
                                                from < 0 || from > SLOWEST_LOGGED ? "10000" : "1024"));
                            }
                        }),
                settings(
                        "slowlog-everything",
                        WARNING,
                        "every command logged as slow",
                        "The log holds the last commands only, and logging costs time.",
                        (subject, found) -> {
                            if (subject.number("slowlog-log-slower-than") == 0) {
                                found.add(
                                        subject.place("slowlog-log-slower-than"),
                                        "slowlog-log-slower-than is 0.",
                                        subject.set("slowlog-log-slower-than", "10000"));
                            }
                        }),
                settings(
                        "latency-monitor-off",
                        INFO,
                        "no history of latency",
                        "After an incident nothing says whether fork, disk or a command was slow.",
                        (subject, found) -> {
                            if (subject.number("latency-monitor-threshold") == 0) {
                                found.add(
                                        subject.place("latency-monitor-threshold"),
                                        "latency-monitor-threshold is 0.",
                                        subject.set("latency-monitor-threshold", "100"));
                            }
                        }),
                settings(
                        "latency-below-slowlog",
                        INFO,
                        "latency noted that the slow log does not explain",
                        "Events of commands appear without the command that caused them.",
                        (subject, found) -> {
                            long threshold = subject.number("latency-monitor-threshold") * 1000;
                            if (threshold > 0 && subject.number("slowlog-log-slower-than") > threshold) {
                                found.add(
                                        subject.place("slowlog-log-slower-than"),
                                        "slowlog-log-slower-than is " + subject.number("slowlog-log-slower-than")
                                                + " us and latency-monitor-threshold " + threshold + " us.",
                                        subject.set("slowlog-log-slower-than", Long.toString(threshold)));
                            }
                        }),
                settings(
                        "expired-events-as-timers",
                        WARNING,
                        "events of expired keys",
                        "They come when a key is found expired, not when it expires: seconds to minutes late with many"
                                + " keys, and lost while nobody listens.",
                        (subject, found) -> {
                            String events = subject.text("notify-keyspace-events");
                            boolean expired = events.contains("x") || events.contains("A");
                            if (expired && (events.contains("E") || events.contains("K"))) {
                                found.add(
                                        subject.place("notify-keyspace-events"),
                                        "notify-keyspace-events is " + events + ".",
                                        "Keep due times in a sorted set and poll it, where something must happen in"
                                                + " time.");
                            }
                        }),
                settings(
                        "events-without-channel",
                        WARNING,
                        "classes of events without K or E",
                        "Nothing is published.",
                        (subject, found) -> {
                            String events = subject.text("notify-keyspace-events");
                            if (!events.isEmpty() && !events.contains("K") && !events.contains("E")) {
                                found.add(
                                        subject.place("notify-keyspace-events"),
                                        "notify-keyspace-events is " + events + ".",
                                        subject.set("notify-keyspace-events", "E" + events));
                            }
                        }),
                settings(
                        "hz-high",
                        WARNING,
                        "background work too often",
                        "An idle server burns processor time, and clients wait.",
                        (subject, found) -> {
                            if (subject.number("hz") > 100) {
                                found.add(
                                        subject.place("hz"),
                                        "hz is " + subject.number("hz") + ".",
                                        subject.set("hz", "10"));
                            }
                        }),
                settings(
                        "hz-low",
                        INFO,
                        "background work too seldom",
                        "Expired keys and dead clients stay longer.",
                        (subject, found) -> {
                            if (subject.number("hz") < 10) {
                                found.add(
                                        subject.place("hz"),
                                        "hz is " + subject.number("hz") + ".",
                                        subject.set("hz", "10"));
                            }
                        }),
                settings(
                        "busy-threshold-off",
                        WARNING,
                        "a script may block without end",
                        "Nobody is told BUSY, and SCRIPT KILL is not accepted until then.",
                        (subject, found) -> {
                            long threshold = subject.number("busy-reply-threshold");
                            if (threshold == 0 || threshold > 60_000) {
                                found.add(
                                        subject.place("busy-reply-threshold"),
                                        "busy-reply-threshold is " + threshold + " ms.",
                                        subject.set("busy-reply-threshold", "5000"));
                            }
                        }),
                settings(
                        "io-threads-many",
                        WARNING,
                        "more I/O threads than help",
                        "Beyond 8 threads little is won, and they take processors from the rest.",
                        (subject, found) -> {
                            if (subject.number("io-threads") > MANY_THREADS) {
                                found.add(
                                        subject.place("io-threads"),
                                        "io-threads is " + subject.number("io-threads") + ".",
                                        "io-threads 4");
                            }
                        }),
                settings(
                        "log-too-much",
                        INFO,
                        "a log for debugging",
                        "The log fills the disk and slows the server down.",
                        (subject, found) -> {
                            if (subject.is("loglevel", "debug")) {
                                found.add(
                                        subject.place("loglevel"),
                                        "loglevel is debug.",
                                        subject.set("loglevel", "notice"));
                            }
                        }),
                settings(
                        "daemonize-supervised",
                        WARNING,
                        "in the background and supervised by systemd",
                        "systemd loses sight of the process and takes it for ended.",
                        (subject, found) -> {
                            if (subject.isYes("daemonize") && subject.is("supervised", "systemd")) {
                                found.add(
                                        subject.place("daemonize"),
                                        "daemonize is yes and supervised is systemd.",
                                        "daemonize no");
                            }
                        }),
                settings(
                        "dir-not-given",
                        INFO,
                        "no folder for the data",
                        "Snapshot and AOF lie wherever the server was started from, and are not found after the next"
                                + " start elsewhere.",
                        (subject, found) -> {
                            if (subject.live().isEmpty()
                                    && !subject.isUsersFile()
                                    && !subject.isSentinel()
                                    && subject.persists()
                                    && !subject.isGiven("dir")) {
                                found.add(subject.place(), "dir is not given.", "dir /var/lib/redis");
                            }
                        }),
                machine(
                        "io-threads-above-cores",
                        WARNING,
                        "more I/O threads than free cores",
                        "Threads that wait for a core make every command slower.",
                        (subject, found) -> {
                            OptionalLong cores = subject.machine().cores();
                            long threads = subject.number("io-threads");
                            if (threads > 1
                                    && cores.isPresent()
                                    && (cores.getAsLong() < FEW_CORES || threads >= cores.getAsLong())) {
                                found.add(
                                        subject.place("io-threads"),
                                        "io-threads is " + threads + " on " + cores.getAsLong() + " cores.",
                                        cores.getAsLong() < FEW_CORES
                                                ? "io-threads 1"
                                                : "io-threads " + (cores.getAsLong() - 1));
                            }
                        }),
                machine(
                        "backlog-above-somaxconn",
                        INFO,
                        "tcp-backlog above what the kernel allows",
                        "The kernel cuts it, and bursts of connections are refused.",
                        (subject, found) -> {
                            OptionalLong allowed = subject.machine().backlog();
                            if (allowed.isPresent() && subject.number("tcp-backlog") > allowed.getAsLong()) {
                                found.add(
                                        subject.place("tcp-backlog"),
                                        "tcp-backlog is " + subject.number("tcp-backlog") + " and net.core.somaxconn "
                                                + allowed.getAsLong() + ".",
                                        "sysctl -w net.core.somaxconn=" + subject.number("tcp-backlog"));
                            }
                        }),
                machine(
                        "overcommit-off",
                        WARNING,
                        "memory overcommit not allowed",
                        "A fork for a snapshot, AOF rewrite or replica fails although memory would suffice.",
                        (subject, found) -> {
                            OptionalLong overcommit = subject.machine().overcommit();
                            if (overcommit.isPresent() && overcommit.getAsLong() != 1) {
                                found.add(
                                        subject.place(),
                                        "vm.overcommit_memory is " + overcommit.getAsLong() + ".",
                                        "sysctl -w vm.overcommit_memory=1");
                            }
                        }),
                machine(
                        "huge-pages",
                        INFO,
                        "transparent huge pages",
                        "After a fork a write of one byte copies two megabytes; disable-thp helps the server's own"
                                + " process.",
                        (subject, found) -> {
                            if (subject.machine()
                                    .hugePages()
                                    .filter("always"::equals)
                                    .isPresent()) {
                                found.add(
                                        subject.is("disable-thp", "no") ? WARNING : INFO,
                                        subject.place(),
                                        "Transparent huge pages are always on.",
                                        "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled");
                            }
                        }),
                machine(
                        "swap",
                        INFO,
                        "no swap, or swap in use",
                        "Without swap a short shortage ends the server; with pages in it, commands wait for the disk.",
                        (subject, found) -> {
                            Machine machine = subject.machine();
                            if (machine.swapTotalBytes().isPresent()
                                    && machine.swapTotalBytes().getAsLong() == 0) {
                                found.add(
                                        subject.place(),
                                        "The machine has no swap.",
                                        "Add swap of the size of memory, and an alert on its use.");
                            } else if (machine.swapUsedBytes().orElse(0) > 0) {
                                found.add(
                                        WARNING,
                                        subject.place(),
                                        Numbers.spoken(machine.swapUsedBytes().getAsLong()) + " of swap are in use.",
                                        "Lower maxmemory or move other programs away.");
                            }
                        }),
                machine(
                        "slow-clock",
                        WARNING,
                        "a slow clock source",
                        "The server asks for the time at every command, and each question goes through the kernel.",
                        (subject, found) -> subject.machine()
                                .clockSource()
                                .filter(source -> source.matches("xen|hpet|acpi_pm|jiffies"))
                                .ifPresent(
                                        source -> found.add(
                                                subject.place(),
                                                "The clock source is " + source + ".",
                                                "echo tsc >"
                                                        + " /sys/devices/system/clocksource/clocksource0/current_clocksource"))));
    }

    private static Rule settings(String id, Severity severity, String finds, String why, Check check) {
        return new Rule(id, severity, SETTINGS, finds, why, check);
    }

    private static Rule machine(String id, Severity severity, String finds, String why, Check check) {
        return new Rule(id, severity, MACHINE, finds, why, check);
    }
}
