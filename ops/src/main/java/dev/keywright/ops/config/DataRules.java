package dev.keywright.ops.config;

import static dev.keywright.ops.Severity.ERROR;
import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;
import static dev.keywright.ops.config.Rule.Reads.MACHINE;
import static dev.keywright.ops.config.Rule.Reads.SETTINGS;

import dev.keywright.ops.Severity;
import dev.keywright.ops.config.Rule.Check;
import java.util.List;

/** Memory, eviction and persistence: what is kept, for how long, and what is lost when. */
final class DataRules {

    private static final double SHARE_OF_CACHE = 0.85;
    private static final double SHARE_OF_STORE = 0.75;
    private static final int MANY_DATABASES = 1000;
    private static final int LONG_HASH = 4096;
    private static final int LONG_SORTED_SET = 512;

    private static final long EMPTY_SERVER = 1024 * 1024;

    private DataRules() {}

    static List<Rule> all() {
        return List.of(
                settings(
                        "maxmemory-unset",
                        WARNING,
                        "no memory limit",
                        "The server grows until the kernel ends it.",
                        (subject, found) -> {
                            if (subject.number("maxmemory") == 0) {
                                found.add(
                                        subject.place("maxmemory"),
                                        "maxmemory is not set.",
                                        subject.set("maxmemory", "<three quarters of the machine's memory>"));
                            }
                        }),
                settings(
                        "maxmemory-tiny",
                        ERROR,
                        "a memory limit below what an empty server uses",
                        "Every write is refused, or evicts whatever is there; most often a unit is missing.",
                        (subject, found) -> {
                            long limit = subject.number("maxmemory");
                            if (limit > 0 && limit < EMPTY_SERVER) {
                                found.add(
                                        subject.place("maxmemory"),
                                        "maxmemory is " + Numbers.spoken(limit) + ".",
                                        subject.set("maxmemory", limit + "mb") + ", if megabytes are meant.");
                            }
                        }),
                settings(
                        "persisted-cache",
                        INFO,
                        "keys kept on disk and evicted all the same",
                        "What an allkeys policy evicts is gone from the AOF too; a restart brings a cache back that may"
                                + " be old.",
                        (subject, found) -> {
                            if (!subject.roleIsGiven()
                                    && subject.role() == Role.CACHE
                                    && subject.number("maxmemory") > 0
                                    && subject.isYes("appendonly")) {
                                found.add(
                                        subject.place("maxmemory-policy"),
                                        "maxmemory-policy is " + subject.text("maxmemory-policy")
                                                + " and appendonly is yes.",
                                        "For data that must stay: maxmemory-policy noeviction. For a cache: appendonly"
                                                + " no. --as says which.");
                            }
                        }),
                settings(
                        "policy-without-maxmemory",
                        WARNING,
                        "an eviction policy without a memory limit",
                        "Nothing is ever evicted, because memory is never full.",
                        (subject, found) -> {
                            if (subject.number("maxmemory") == 0 && !subject.is("maxmemory-policy", "noeviction")) {
                                found.add(
                                        subject.place("maxmemory-policy"),
                                        "maxmemory-policy is " + subject.text("maxmemory-policy")
                                                + " and maxmemory is not set.",
                                        subject.set("maxmemory", "<bytes>"));
                            }
                        }),
                new Rule(
                        "maxmemory-above-machine",
                        ERROR,
                        MACHINE,
                        "a memory limit above what the machine has, or near it",
                        "A fork for a snapshot or replica copies pages that change, and buffers come on top; without"
                                + " room the kernel ends the server.",
                        DataRules::maxmemoryAgainstMachine),
                settings(
                        "noeviction-on-cache",
                        WARNING,
                        "a cache that evicts nothing",
                        "A full cache refuses writes with OOM instead of making room.",
                        (subject, found) -> {
                            if (subject.role() == Role.CACHE && subject.is("maxmemory-policy", "noeviction")) {
                                found.add(
                                        subject.place("maxmemory-policy"),
                                        "maxmemory-policy is noeviction.",
                                        subject.set("maxmemory-policy", "allkeys-lfu"));
                            }
                        }),
                settings(
                        "eviction-on-store",
                        ERROR,
                        "a store or queue that evicts any key",
                        "Keys nobody can make again vanish without an error: records, locks, jobs.",
                        (subject, found) -> {
                            if (subject.role().keepsData()
                                    && subject.text("maxmemory-policy").startsWith("allkeys-")) {
                                found.add(
                                        subject.place("maxmemory-policy"),
                                        "maxmemory-policy is " + subject.text("maxmemory-policy") + ".",
                                        subject.set("maxmemory-policy", "noeviction"));
                            }
                        }),
                settings(
                        "volatile-policy",
                        INFO,
                        "a policy that needs keys with a TTL",
                        "When no key has a TTL it refuses writes like noeviction.",
                        (subject, found) -> {
                            if (subject.text("maxmemory-policy").startsWith("volatile-")
                                    && subject.number("maxmemory") > 0) {
                                found.add(
                                        subject.place("maxmemory-policy"),
                                        "maxmemory-policy is " + subject.text("maxmemory-policy") + ".",
                                        "Give every key that may go a TTL, or choose an allkeys policy on a cache.");
                            }
                        }),
                settings(
                        "random-eviction",
                        INFO,
                        "eviction by chance",
                        "Keys in use go as readily as forgotten ones.",
                        (subject, found) -> {
                            if (subject.text("maxmemory-policy").endsWith("-random")) {
                                found.add(
                                        subject.place("maxmemory-policy"),
                                        "maxmemory-policy is " + subject.text("maxmemory-policy") + ".",
                                        subject.set(
                                                "maxmemory-policy",
                                                subject.text("maxmemory-policy").replace("random", "lfu")));
                            }
                        }),
                settings(
                        "few-samples",
                        INFO,
                        "few keys compared for an eviction",
                        "The fewer keys are compared, the more often one in use is evicted; 10 comes near true LRU.",
                        (subject, found) -> {
                            if (subject.number("maxmemory-samples") < 5) {
                                found.add(
                                        subject.place("maxmemory-samples"),
                                        "maxmemory-samples is " + subject.number("maxmemory-samples") + ".",
                                        subject.set("maxmemory-samples", "10"));
                            }
                        }),
                settings(
                        "lfu-settings-unused",
                        INFO,
                        "LFU settings without an LFU policy",
                        "They have no effect.",
                        (subject, found) -> {
                            boolean given = subject.isGiven("lfu-log-factor") || subject.isGiven("lfu-decay-time");
                            if (given && !subject.text("maxmemory-policy").endsWith("-lfu")) {
                                found.add(
                                        subject.place(
                                                subject.isGiven("lfu-log-factor")
                                                        ? "lfu-log-factor"
                                                        : "lfu-decay-time"),
                                        "LFU is tuned and maxmemory-policy is " + subject.text("maxmemory-policy")
                                                + ".",
                                        "Remove the LFU settings or choose allkeys-lfu.");
                            }
                        }),
                settings(
                        "lfu-never-forgets",
                        WARNING,
                        "lfu-decay-time 0 with an LFU policy",
                        "Counters never fall, so keys that were popular once stay for ever.",
                        (subject, found) -> {
                            if (subject.text("maxmemory-policy").endsWith("-lfu")
                                    && subject.number("lfu-decay-time") == 0) {
                                found.add(
                                        subject.place("lfu-decay-time"),
                                        "lfu-decay-time is 0.",
                                        subject.set("lfu-decay-time", "1"));
                            }
                        }),
                settings(
                        "client-memory-unlimited",
                        INFO,
                        "no limit for the memory of clients",
                        "Buffers of slow clients push data out or fill the machine.",
                        (subject, found) -> {
                            if (subject.is("maxmemory-clients", "0") && subject.number("maxmemory") > 0) {
                                found.add(
                                        subject.place("maxmemory-clients"),
                                        "maxmemory-clients is 0.",
                                        subject.set("maxmemory-clients", "5%"));
                            }
                        }),
                settings(
                        "lazyfree-off",
                        INFO,
                        "values freed while clients wait",
                        "Freeing a value of a million elements blocks everybody; a background thread can do it.",
                        (subject, found) -> {
                            boolean evicts =
                                    !subject.is("maxmemory-policy", "noeviction") && subject.number("maxmemory") > 0;
                            String which = evicts ? "lazyfree-lazy-eviction" : "lazyfree-lazy-expire";
                            if (subject.is(which, "no")) {
                                found.add(subject.place(which), which + " is no.", subject.set(which, "yes"));
                            }
                        }),
                settings(
                        "listpack-hash-long",
                        WARNING,
                        "very long listpacks",
                        "A listpack is searched from end to end, so each access takes time by its length.",
                        (subject, found) -> {
                            if (subject.number("hash-max-listpack-entries") > LONG_HASH) {
                                found.add(
                                        subject.place("hash-max-listpack-entries"),
                                        "hash-max-listpack-entries is " + subject.number("hash-max-listpack-entries")
                                                + ".",
                                        subject.set("hash-max-listpack-entries", "512"));
                            }
                            if (subject.number("zset-max-listpack-entries") > LONG_SORTED_SET) {
                                found.add(
                                        subject.place("zset-max-listpack-entries"),
                                        "zset-max-listpack-entries is " + subject.number("zset-max-listpack-entries")
                                                + ".",
                                        subject.set("zset-max-listpack-entries", "256"));
                            }
                        }),
                settings(
                        "defrag-settings-unused",
                        INFO,
                        "defragmentation tuned but off",
                        "The settings have no effect.",
                        (subject, found) -> {
                            if (subject.isGiven("active-defrag-cycle-max") && !subject.isYes("activedefrag")) {
                                found.add(
                                        subject.place("active-defrag-cycle-max"),
                                        "active-defrag-cycle-max is given and activedefrag is no.",
                                        subject.set("activedefrag", "yes")
                                                + " on a build with jemalloc, or remove the line.");
                            }
                        }),
                settings(
                        "defrag-thresholds-crossed",
                        WARNING,
                        "lower limits above upper ones",
                        "Defragmentation jumps to full strength at once, or never begins.",
                        (subject, found) -> {
                            for (String of : List.of("threshold", "cycle")) {
                                String low = "active-defrag-" + of + (of.equals("cycle") ? "-min" : "-lower");
                                String high = "active-defrag-" + of + (of.equals("cycle") ? "-max" : "-upper");
                                if (subject.number(low) > subject.number(high)) {
                                    found.add(
                                            subject.place(low),
                                            low + " is " + subject.number(low) + " and " + high + " is "
                                                    + subject.number(high) + ".",
                                            "Swap them.");
                                }
                            }
                        }),
                settings(
                        "many-databases",
                        WARNING,
                        "very many databases",
                        "Each database costs memory, and background work visits all of them.",
                        (subject, found) -> {
                            if (subject.number("databases") > MANY_DATABASES) {
                                found.add(
                                        subject.place("databases"),
                                        "databases is " + subject.number("databases") + ".",
                                        "databases 16");
                            }
                        }),
                settings(
                        "nothing-persisted",
                        ERROR,
                        "a store or queue without snapshots and AOF",
                        "A restart begins with empty memory; everything is lost.",
                        DataRules::nothingPersisted),
                settings(
                        "snapshots-only",
                        INFO,
                        "a store or queue with snapshots and no AOF",
                        "A crash loses everything since the last snapshot.",
                        (subject, found) -> {
                            if (subject.roleIsGiven()
                                    && subject.role().keepsData()
                                    && !subject.isYes("appendonly")
                                    && !subject.savePoints().isEmpty()) {
                                found.add(
                                        subject.place("appendonly"),
                                        "appendonly is no; "
                                                + subject.savePoints().size() + " rules of snapshots are all.",
                                        "CONFIG SET appendonly yes on the running server, wait until"
                                                + " aof_rewrite_in_progress is 0, then CONFIG REWRITE.");
                            }
                        }),
                settings(
                        "appendonly-switched-on-in-file",
                        INFO,
                        "AOF switched on in a file",
                        "A server that had only a snapshot so far comes up empty when the file is first used.",
                        (subject, found) -> {
                            if (subject.live().isEmpty() && subject.isYes("appendonly")) {
                                found.add(
                                        subject.place("appendonly"),
                                        "appendonly is yes.",
                                        "On a server that already has data, first CONFIG SET appendonly yes and wait"
                                                + " for the rewrite.");
                            }
                        }),
                settings(
                        "appendfsync-without-aof",
                        WARNING,
                        "appendfsync without an AOF",
                        "The setting promises safety that is not there.",
                        (subject, found) -> {
                            if (subject.isGiven("appendfsync")
                                    && !subject.isYes("appendonly")
                                    && !subject.is("appendfsync", "everysec")) {
                                found.add(
                                        subject.place("appendfsync"),
                                        "appendfsync is " + subject.text("appendfsync") + " and appendonly is no.",
                                        subject.set("appendonly", "yes"));
                            }
                        }),
                settings(
                        "appendfsync-always",
                        INFO,
                        "the AOF forced to disk at every write",
                        "Each write waits for the disk, and a failover may lose acknowledged writes all the same.",
                        (subject, found) -> {
                            if (subject.isYes("appendonly") && subject.is("appendfsync", "always")) {
                                found.add(
                                        subject.place("appendfsync"),
                                        "appendfsync is always.",
                                        subject.set("appendfsync", "everysec")
                                                + ", where a second of writes may be lost.");
                            }
                        }),
                settings(
                        "appendfsync-no",
                        WARNING,
                        "the AOF never forced to disk",
                        "The kernel writes when it likes; a power cut may lose half a minute.",
                        (subject, found) -> {
                            if (subject.isYes("appendonly")
                                    && subject.is("appendfsync", "no")
                                    && subject.role().keepsData()) {
                                found.add(
                                        subject.place("appendfsync"),
                                        "appendfsync is no.",
                                        subject.set("appendfsync", "everysec"));
                            }
                        }),
                settings(
                        "no-fsync-during-rewrite",
                        WARNING,
                        "the AOF not forced to disk while a child saves",
                        "A crash during a rewrite may lose half a minute instead of a second.",
                        (subject, found) -> {
                            if (subject.isYes("appendonly")
                                    && subject.isYes("no-appendfsync-on-rewrite")
                                    && subject.role().keepsData()) {
                                found.add(
                                        subject.place("no-appendfsync-on-rewrite"),
                                        "no-appendfsync-on-rewrite is yes.",
                                        subject.set("no-appendfsync-on-rewrite", "no"));
                            }
                        }),
                settings(
                        "aof-rewrite-off",
                        WARNING,
                        "the AOF never rewritten",
                        "It grows until the disk is full, and loading takes ever longer.",
                        (subject, found) -> {
                            if (subject.isYes("appendonly") && subject.number("auto-aof-rewrite-percentage") == 0) {
                                found.add(
                                        subject.place("auto-aof-rewrite-percentage"),
                                        "auto-aof-rewrite-percentage is 0.",
                                        subject.set("auto-aof-rewrite-percentage", "100"));
                            }
                        }),
                settings(
                        "aof-without-preamble",
                        INFO,
                        "an AOF of commands only",
                        "It loads several times slower and is bigger.",
                        (subject, found) -> {
                            if (subject.isYes("appendonly") && subject.is("aof-use-rdb-preamble", "no")) {
                                found.add(
                                        subject.place("aof-use-rdb-preamble"),
                                        "aof-use-rdb-preamble is no.",
                                        subject.set("aof-use-rdb-preamble", "yes"));
                            }
                        }),
                settings(
                        "aof-truncated-refused",
                        INFO,
                        "a cut AOF stops the start",
                        "After a power cut the last record is often cut, and somebody must repair the file by hand.",
                        (subject, found) -> {
                            if (subject.isYes("appendonly") && subject.is("aof-load-truncated", "no")) {
                                found.add(
                                        subject.place("aof-load-truncated"),
                                        "aof-load-truncated is no.",
                                        subject.set("aof-load-truncated", "yes"));
                            }
                        }),
                settings(
                        "rdbchecksum-off",
                        WARNING,
                        "snapshots without a checksum",
                        "Bits that flipped on the disk go unnoticed; redis-check-rdb has nothing to check.",
                        (subject, found) -> {
                            if (subject.is("rdbchecksum", "no")) {
                                found.add(subject.place("rdbchecksum"), "rdbchecksum is no.", "rdbchecksum yes");
                            }
                        }),
                settings(
                        "writes-despite-failed-snapshots",
                        WARNING,
                        "writes go on when snapshots fail",
                        "Nobody notices that nothing is saved any more, until the data is needed.",
                        (subject, found) -> {
                            if (subject.is("stop-writes-on-bgsave-error", "no")
                                    && subject.role().keepsData()
                                    && !subject.savePoints().isEmpty()) {
                                found.add(
                                        subject.place("stop-writes-on-bgsave-error"),
                                        "stop-writes-on-bgsave-error is no.",
                                        subject.set("stop-writes-on-bgsave-error", "yes")
                                                + ", or watch rdb_last_bgsave_status with an alert.");
                            }
                        }),
                settings(
                        "snapshots-too-often",
                        WARNING,
                        "snapshots every few seconds",
                        "Each one forks the server and writes everything; the next begins when the last has hardly"
                                + " ended.",
                        (subject, found) -> subject.savePoints().stream()
                                .filter(point -> point.seconds() < 30)
                                .findFirst()
                                .ifPresent(point -> found.add(
                                        subject.place("save"),
                                        "A snapshot is made after " + point.seconds() + " s and " + point.changes()
                                                + " changes.",
                                        subject.set("save", "3600 1 300 100 60 10000")))));
    }

    private static Rule settings(String id, Severity severity, String finds, String why, Check check) {
        return new Rule(id, severity, SETTINGS, finds, why, check);
    }

    private static void maxmemoryAgainstMachine(Subject subject, Rule.Found found) {
        long limit = subject.number("maxmemory");
        if (limit <= 0 || subject.machine().memoryBytes().isEmpty()) {
            return;
        }
        long memory = subject.machine().memoryBytes().getAsLong();
        boolean forks = subject.persists() || subject.isReplicated();
        long most = (long) (memory * (forks ? SHARE_OF_STORE : SHARE_OF_CACHE));
        if (limit > most) {
            found.add(
                    limit > memory ? ERROR : WARNING,
                    subject.place("maxmemory"),
                    "maxmemory is " + Numbers.spoken(limit) + " of " + Numbers.spoken(memory) + ".",
                    subject.set("maxmemory", Long.toString(most)));
        }
    }

    private static void nothingPersisted(Subject subject, Rule.Found found) {
        if (!subject.role().keepsData() || subject.persists()) {
            return;
        }
        found.add(
                subject.roleIsGiven() ? ERROR : WARNING,
                subject.place("save"),
                "save is empty and appendonly is no.",
                "appendonly yes, or say with --as cache that nothing is lost.");
    }
}
