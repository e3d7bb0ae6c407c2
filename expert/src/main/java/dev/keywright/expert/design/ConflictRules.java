package dev.keywright.expert.design;

import dev.keywright.expert.knowledge.PatternSheet.Data;
import dev.keywright.expert.workload.Kind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What cannot hold together, said before anything else; then what goes wrong under some condition. */
final class ConflictRules {

    static final List<Rule> ALL = Stream.of(durability(), delivery(), memory(), cluster(), time(), shape())
            .flatMap(List::stream)
            .toList();

    private ConflictRules() {}

    private static List<Rule> durability() {
        return List.of(
                Rule.conflict(
                                "zero-loss-rdb",
                                d -> snapshotsOnly(d)
                                        && (d.has("zero-loss")
                                                || d.has("must-not-lose") && !mayLose(d)
                                                || lossBelowMinute(d)),
                                d -> "No loss cannot be had with RDB snapshots: a crash loses every write since the"
                                        + " last one, which is minutes.",
                                "Turn on AOF: appendfsync everysec loses about a second, appendfsync always none of the"
                                        + " acknowledged writes of this server. Keep RDB for copies.")
                        .orSpokenOf(d -> !d.has("aof-always")
                                && d.has("rdb-named", "rdb-only", "no-aof", "minutes-loss-ok", "zero-loss")),
                Rule.conflict(
                                "zero-loss-everysec",
                                d -> d.has("zero-loss") && d.has("aof-everysec"),
                                d -> "Zero loss cannot be had with appendfsync everysec: a crash loses about one"
                                        + " second of writes, two at worst.",
                                "Use appendfsync always and accept its latency, or say how many seconds may be lost.")
                        .orSpokenOf(d -> d.has("zero-loss") && !d.has("aof-always")),
                Rule.conflict(
                                "zero-loss-write-behind",
                                d -> (d.has("zero-loss") || d.has("must-not-lose") && !mayLose(d))
                                        && d.needs("write-behind")
                                        && d.isDesign(),
                                d -> "No loss cannot be promised by write-behind: a write is confirmed before the"
                                        + " database has it, and what is still on its way is lost with the"
                                        + " server.",
                                "Write through to the database before the reply, or keep the log of changes with"
                                        + " appendfsync always and say how much may be lost in a failover;"
                                        + " withConfirmation lets each put wait for a replica or the disk as well (W7).")
                        .orSpokenOf(d -> d.workload().kind() != Kind.OPS || d.needs("write-behind")),
                Rule.conflict(
                                "zero-loss-failover",
                                d -> d.has("sync-replication")
                                        || d.has("zero-loss")
                                                && (d.has(
                                                                "high-availability",
                                                                "sentinel-named",
                                                                "cluster-named",
                                                                "replica-named")
                                                        || d.said("failover_seconds")
                                                                .isPresent()),
                                d -> "Zero loss cannot be promised across a failover: replication is asynchronous, a"
                                        + " promoted replica may lack acknowledged writes.",
                                "WAIT 1 <ms> after each critical write and min-replicas-to-write 1 narrow the window"
                                        + " but do not close it; keep the record of truth in a database with synchronous"
                                        + " commit.")
                        .orSpokenOf(d -> !d.has("manual-failover") || d.has("zero-loss", "must-not-lose")),
                Rule.conflict(
                                "must-stay-without-disk",
                                d -> d.has("no-disk") && d.has("must-not-lose", "zero-loss"),
                                d -> "Data that must not be lost cannot live without persistence: a restart begins"
                                        + " empty.",
                                "Turn on AOF (appendonly yes), or keep the record of truth elsewhere and treat Redis"
                                        + " as a cache.")
                        .orSpokenOf(d -> !d.has("aof-named")),
                Rule.conflict(
                                "availability-on-one-server",
                                d -> d.isSingleBox()
                                        && (d.has("high-availability")
                                                        && !d.has("cluster-named", "sentinel-named")
                                                        && d.said("failover_seconds")
                                                                .isPresent()
                                                || d.saidAtLeast("availability_percent", 99.9)),
                                d -> "One server cannot fail over: when it is down, everything is down.",
                                "Add a replica and three Sentinels on separate hosts, or accept the time a restart"
                                        + " takes.")
                        .orSpokenOf(d -> d.isSingleBox() && !d.has("sentinel-named", "cluster-named")),
                Rule.conflict(
                                "strong-consistency",
                                d -> d.has("own-write-seen") && d.has("reads-scale", "reads-from-copies")
                                        || d.has("strong-consistency")
                                                && (d.holds(Data.CACHE) && !d.needs("write-through")
                                                        || d.has(
                                                                "replica-named",
                                                                "reads-scale",
                                                                "reads-from-copies",
                                                                "multi-region")),
                                d -> "A cache or a replica cannot be strongly consistent with its source: between a"
                                        + " write and its invalidation or replication a reader may see the old"
                                        + " value.",
                                "State how stale a read may be, and bound it: short TTL, versioned fills, read what"
                                        + " must be fresh from the source itself.")
                        .orSpokenOf(d -> d.has("strong-consistency", "own-write-seen", "freshness")),
                Rule.caution(
                        "write-behind-loss-window",
                        d -> d.isDesign() && d.needs("write-behind"),
                        d -> "What is accepted and not yet in the database is lost with Redis: " + lossWindow(d)
                                + " (W7).",
                        "Where that is too much, let puts wait for a replica or the disk (withConfirmation), which"
                                + " narrows the window and does not close it, or write through."),
                Rule.caution(
                        "near-copies-lag",
                        d -> d.isDesign()
                                && d.needs("near-cache")
                                && d.has("strong-consistency", "own-write-seen", "exact"),
                        d -> "Copies in other processes are old until the server's push arrives, some milliseconds"
                                + " after each change; only own writes are seen at once (N6, N7).",
                        "Read what must be current through a cache without near copies, or from the source itself."),
                Rule.conflict(
                                "wait-is-not-consensus",
                                d -> d.has("wait-named") && d.has("strong-consistency", "zero-loss", "must-not-lose"),
                                d -> "WAIT does not make Redis strongly consistent: it reports how many replicas have"
                                        + " a write, undoes nothing when too few have it, and a failover may still choose"
                                        + " a replica without it.",
                                "Take WAIT as a narrower window of loss, read from the primary only, and keep what"
                                        + " must be linearizable in a database with consensus or synchronous commit.")
                        .orSpokenOf(d -> true),
                Rule.conflict(
                                "multi-region-writes",
                                d -> d.workload().kind() != Kind.REFUSAL
                                        && (d.has("writes-everywhere") || d.has("multi-region") && d.isDesign())
                                        && !d.has("one-writer"),
                                d -> "Open-source Redis has no active-active writes across regions: one primary"
                                        + " takes all writes, others follow asynchronously.",
                                "Write in one region and read stale replicas elsewhere, or keep one independent"
                                        + " deployment per region and merge in the application.")
                        .orSpokenOf(d -> true));
    }

    private static List<Rule> delivery() {
        return List.of(
                Rule.conflict(
                                "exactly-once",
                                d -> d.has("exactly-once")
                                        && (d.has("delivery")
                                                || d.needs(
                                                        "job-queue",
                                                        "reliable-queue",
                                                        "stream-consumer-group",
                                                        "pubsub",
                                                        "delayed-queue",
                                                        "priority-queue",
                                                        "idempotency")),
                                d -> "Exactly-once delivery cannot be promised: a consumer may die after its work and"
                                        + " before its acknowledgement, so the message comes again.",
                                "Take at-least-once delivery and make the effect idempotent: record the message id"
                                        + " (SET NX with a TTL, or a unique row) in the same step as the effect.")
                        .orSpokenOf(d -> d.has("exactly-once")
                                || d.needs("job-queue", "reliable-queue", "stream-consumer-group", "idempotency")),
                Rule.conflict(
                                "pubsub-loses",
                                d -> isPubSub(d)
                                        && d.isDesign()
                                        && !d.has("may-lose")
                                        && d.has("must-not-lose", "zero-loss", "replay", "missed"),
                                d -> "Pub/Sub cannot keep messages: whoever is not connected at that moment never gets"
                                        + " them; there is no acknowledgement and no replay.",
                                "Use a stream with consumer groups (XADD, XREADGROUP, XACK, XAUTOCLAIM).")
                        .orSpokenOf(d -> (d.has("pubsub-named") || d.needs("pubsub", "pattern-subscribe"))
                                && d.has("missed", "must-not-lose", "zero-loss", "replay", "offline", "keep-all")),
                Rule.conflict(
                                "notification-loses",
                                d -> d.has("keyspace-notification")
                                        && d.has("must-not-lose", "zero-loss", "missed")
                                        && !d.has("may-lose"),
                                d -> "Keyspace notifications are Pub/Sub: whoever is not connected never gets them,"
                                        + " and an expired event is sent when the server deletes the key, which"
                                        + " may be late.",
                                "Keep the due times in a sorted set and let a worker take what is due (ZRANGEBYSCORE,"
                                        + " then ZREM), which also survives a restart of the application.")
                        .orSpokenOf(d -> true),
                Rule.conflict(
                                "redlock-too-few-masters",
                                d -> isRedlock(d)
                                        && (d.has("two-nodes")
                                                || below(d, "nodes", 3)
                                                || below(d, "shards", 3) && d.saidAtLeast("shards", 2)),
                                d -> "Redlock on two masters does not survive the loss of one: a lock needs a"
                                        + " majority, and the majority of two is two.",
                                "Run three or five independent masters, or take one server and fencing tokens, which"
                                        + " guard better.")
                        .orSpokenOf(d -> d.said("nodes").filter(n -> n > 2).isEmpty()),
                Rule.conflict(
                                "redlock-dependent-nodes",
                                d -> isRedlock(d)
                                        && (d.has("replicas-as-independent", "replica-named")
                                                || d.saidAtLeast("replicas", 1)),
                                d -> "Redlock needs independent masters: a primary and its replicas fail over"
                                        + " together and may hand out the same lock twice.",
                                "Run 3 or 5 unrelated masters without replicas, or take one server and fencing tokens,"
                                        + " which guard better.")
                        .orSpokenOf(d -> d.workload().kind() != Kind.OPS));
    }

    private static List<Rule> memory() {
        return List.of(
                Rule.conflict(
                                "data-exceeds-memory",
                                d -> dataBytes(d) > memoryBytes(d) && (!mayEvict(d) || d.has("no-evict")),
                                d -> "The data does not fit: about " + Amounts.bytes(dataBytes(d)) + " against "
                                        + Amounts.bytes(memoryBytes(d)) + " of memory.",
                                "Buy memory for the data plus head-room, shorten or compress values, keep only the hot"
                                        + " part, or spread it over a cluster.")
                        .orSpokenOf(d -> dataBytes(d) > memoryBytes(d)),
                Rule.caution(
                        "cache-smaller-than-data",
                        d -> dataBytes(d) > memoryBytes(d) && mayEvict(d) && !d.has("no-evict"),
                        d -> "Only part of the data fits the cache: about " + Amounts.bytes(dataBytes(d)) + " against "
                                + Amounts.bytes(memoryBytes(d)) + "; the rest will be evicted and loaded again.",
                        "Watch the hit ratio (keyspace_hits, keyspace_misses) and evicted_keys; add memory when the"
                                + " database feels the misses."),
                Rule.conflict(
                                "eviction-over-data-that-must-stay",
                                d -> d.has("allkeys-lru", "allkeys-lfu", "allkeys-random", "evict-anything")
                                        && (d.isDesign() && d.holds(Data.DURABLE) && !d.has("rebuildable", "cached")
                                                || d.has("must-not-lose", "keep-all")
                                                        && (d.isDesign() && !d.holdsOnly(Data.CACHE)
                                                                || d.has("precious"))),
                                d -> "An allkeys policy evicts any key when memory is full, also those that must stay.",
                                "Set maxmemory-policy noeviction for this data, or move the cache to an instance of"
                                        + " its own.")
                        .orSpokenOf(d -> (d.needs().isEmpty() || !d.holdsOnly(Data.CACHE))
                                && (!d.has("cached") || d.has("precious", "must-not-lose", "keep-all", "mixed-data"))),
                Rule.conflict(
                                "volatile-without-ttl",
                                d -> d.has("volatile-lru", "volatile-lfu", "volatile-ttl", "volatile-random")
                                        && d.has("no-ttl")
                                        && !d.has("some-ttl")
                                        && d.said("ttl_seconds").isEmpty(),
                                d -> "A volatile policy evicts only keys with a TTL; where no key has one it acts like"
                                        + " noeviction and writes fail with OOM.",
                                "Give the cache keys a TTL, or set maxmemory-policy allkeys-lru.")
                        .orSpokenOf(d -> !d.has("some-ttl")
                                && d.said("ttl_seconds").isEmpty()
                                && d.has("volatile-lru", "volatile-lfu", "volatile-ttl", "volatile-random")),
                Rule.conflict(
                                "noeviction-cache-overflow",
                                d -> d.has("noeviction")
                                        && d.holdsOnly(Data.CACHE)
                                        && (d.has("make-room") || dataBytes(d) > memoryBytes(d)),
                                d -> "A cache under noeviction does not make room: once full, every write fails"
                                        + " with OOM.",
                                "Set maxmemory-policy allkeys-lru or allkeys-lfu.")
                        .orSpokenOf(d -> d.has("noeviction")),
                Rule.conflict(
                        "value-too-large",
                        d -> d.saidAtLeast("value_bytes", 512.0 * 1024 * 1024),
                        d -> "A value cannot be larger than 512 MB (proto-max-bulk-len).",
                        "Keep the object in an object store and its address here."),
                Rule.caution(
                        "value-large",
                        d -> d.said("value_bytes")
                                .filter(b -> b >= 1e6 && b < 512.0 * 1024 * 1024)
                                .isPresent(),
                        d -> "Values of 1 MB and more block the event loop and the network while they pass.",
                        "Split or compress them, or keep them in an object store and cache the address."));
    }

    private static List<Rule> cluster() {
        return List.of(
                Rule.conflict(
                                "multi-key-across-slots",
                                d -> d.isCluster()
                                        && (!d.has("hash-tagged")
                                                        && (d.has("multi-key-commands")
                                                                || d.has("multi-key", "no-hash-tag")
                                                                        && d.workload()
                                                                                        .kind()
                                                                                != Kind.QUERY)
                                                || d.has("multi-key") && d.has("no-hash-tag")),
                                d -> "In a cluster one command, transaction or script may touch only keys of one"
                                        + " hash slot; keys without a common hash tag fail with CROSSSLOT.",
                                "Give keys that are used together a common hash tag, such as cart:{42} and stock:{42},"
                                        + " or do the work key by key and accept that it is not atomic.")
                        .orSpokenOf(d -> !d.has("hash-tagged")),
                Rule.conflict(
                                "too-few-sentinels",
                                d -> below(d, "sentinels", 3)
                                        || d.said("sentinels").isEmpty()
                                                && !d.isCluster()
                                                && !isRedlock(d)
                                                && (d.has("two-nodes") && d.has("sentinel-named")
                                                        || d.has("two-hosts")
                                                                && (d.has("sentinel-named")
                                                                        || d.isTopology("sentinel")
                                                                        || d.has("high-availability"))),
                                d -> "Fewer than three Sentinels cannot fail over safely: a failover needs a"
                                        + " majority of all Sentinels, so losing one of two blocks it.",
                                "Run three Sentinels on three separate hosts with quorum 2; the third may stand beside"
                                        + " an application.")
                        .orSpokenOf(d -> d.said("sentinels").filter(n -> n > 2).isEmpty()),
                Rule.conflict(
                                "too-few-masters",
                                d -> d.isTopology("cluster")
                                        && !isRedlock(d)
                                        && (below(d, "shards", 3)
                                                || d.said("shards").isEmpty()
                                                        && (below(d, "nodes", 3) && !below(d, "nodes", 2)
                                                                || d.has("two-nodes")))
                                        && d.workload().kind() != Kind.QUERY,
                                d -> "A cluster of fewer than three masters cannot fail over: the vote needs a"
                                        + " majority of masters, and one of two is none.",
                                "Run at least three masters, each with a replica on another host (six nodes).")
                        .orSpokenOf(d -> !d.has("manual-failover")
                                && d.said("shards").filter(n -> n > 2).isEmpty()
                                && d.said("nodes").filter(n -> n > 4).isEmpty()),
                Rule.conflict(
                        "nodes-do-not-add-up",
                        d -> Stream.of("nodes", "shards", "replicas")
                                        .allMatch(q -> d.said(q).isPresent())
                                && d.said("nodes").orElse(0.0) < nodesAskedFor(d),
                        d -> Amounts.count(d.said("nodes").orElse(0.0)) + " nodes are too few for "
                                + Amounts.count(d.said("shards").orElse(0.0)) + " masters with "
                                + Amounts.count(d.said("replicas").orElse(0.0)) + " replicas each.",
                        "Add nodes, or take fewer masters or replicas."),
                Rule.caution(
                        "cluster-without-replicas",
                        d -> d.isTopology("cluster")
                                && d.said("replicas").filter(n -> n == 0).isPresent(),
                        d -> "Masters without replicas: when one dies its slots are gone, and with"
                                + " cluster-require-full-coverage yes the whole cluster stops.",
                        "Give each master a replica on another host."),
                Rule.caution(
                        "cluster-full-coverage",
                        d -> d.isTopology("cluster") && d.isToStayAvailable() && (d.isDesign() || d.has("set-up")),
                        d -> "With cluster-require-full-coverage yes, the default of Redis, the loss of one master"
                                + " stops all shards, from the moment it counts as failed until its replica is"
                                + " promoted (about a second, for good where there is none).",
                        "Set it to no on every node, as the files here do: the other shards go on, and code that reads"
                                + " several shards must bear that some keys fail."));
    }

    private static List<Rule> time() {
        return List.of(
                Rule.conflict(
                                "ttl-shorter-than-work",
                                d -> shortTtl(d).isPresent(),
                                d -> shortTtl(d)
                                        .orElse("What is given for the lock, the claim or the memory of what was seen"
                                                + " ends before the work or the retries that it must cover."),
                                "Make the TTL longer than the longest work or retry, or renew the lease while the work"
                                        + " runs and guard the effect with a fencing token.")
                        .orSpokenOf(d -> !d.has("renewed") && (d.has("lease") || saysTime(d)) && !outlives(d)),
                Rule.conflict(
                                "field-ttl-before-7.4",
                                d -> d.has("field-ttl")
                                        && d.workload()
                                                .version()
                                                .filter(v -> v < 7.4)
                                                .isPresent(),
                                d -> "Fields of a hash cannot have a TTL of their own before Redis 7.4 (HEXPIRE).",
                                "Upgrade to 7.4, use one key per item, or keep due times in a sorted set and sweep it.")
                        .orSpokenOf(d -> (d.has("field-ttl") || saysTime(d))
                                && d.workload().version().filter(v -> v < 7.4).isPresent()),
                Rule.caution(
                        "field-ttl-version",
                        d -> d.has("field-ttl") && d.workload().version().isEmpty(),
                        d -> "A TTL per hash field (HEXPIRE) needs Redis 7.4 or newer; older servers know only a"
                                + " TTL per key.",
                        "Check INFO server, or use one key per item."),
                Rule.caution(
                        "tight-failover",
                        d -> d.said("failover_seconds").filter(s -> s < 2).isPresent(),
                        d -> "A failover below two seconds means a detection time so short that a slow disk or a"
                                + " long command looks like a death.",
                        "Plan for 3 to 10 seconds, or hide the gap in the client with retries."));
    }

    private static List<Rule> shape() {
        return List.of(
                Rule.conflict(
                                "fixed-window-edge",
                                d -> d.isDesign()
                                        && d.has("fixed-window-named")
                                        && d.has("any-window")
                                        && !d.has("edge-bearable", "moving-away"),
                                d -> "A fixed window (INCR and EXPIRE) cannot hold a limit in every window: around"
                                        + " the edge of two windows up to twice the limit passes"
                                        + d.said("limit")
                                                .map(limit -> ", " + Amounts.count(2 * limit) + " instead of "
                                                        + Amounts.count(limit))
                                                .orElse("")
                                        + ".",
                                "Take the sliding log, which is exact, or the sliding counter, which is close; or"
                                        + " count half the limit per fixed window.")
                        .orSpokenOf(d -> d.has("fixed-window-named") && !d.has("edge-bearable", "moving-away")),
                Rule.conflict(
                                "hyperloglog-cannot-list",
                                d -> d.has("hyperloglog-named") && d.has("list-uniques", "sketch-asked-for-members"),
                                d -> "A HyperLogLog cannot list its members, test one or remove one: it keeps only"
                                        + " registers for an estimate.",
                                "Keep a set (SADD, SMEMBERS by SSCAN), or a bitmap for numeric ids, beside or instead"
                                        + " of it.")
                        .orSpokenOf(d -> d.has("sketch-asked-for-members")
                                || d.has("hyperloglog-named") && !d.has("number-only")),
                Rule.caution(
                        "money-in-floats",
                        d -> d.has("float-incr") || d.has("money") && d.needs("compare-and-set", "counter-analytics"),
                        d -> "INCRBYFLOAT and HINCRBYFLOAT round in binary floating point; amounts of money drift.",
                        "Count integer minor units (cents) with INCRBY or HINCRBY."));
    }

    private static boolean saysTime(Draft d) {
        return Stream.of("ttl_seconds", "hold_seconds", "timeout_seconds", "retention_seconds")
                .anyMatch(name -> d.said(name).isPresent());
    }

    /** A lease and the work it covers are both said, and the lease is the longer one. */
    private static boolean outlives(Draft d) {
        Optional<Double> work = d.said("duration_seconds");
        return work.isPresent()
                && shortest(d, List.of("ttl_seconds", "hold_seconds", "timeout_seconds"))
                        .filter(lease -> lease >= work.get())
                        .isPresent();
    }

    private static boolean below(Draft d, String quantity, double bound) {
        return d.said(quantity).filter(n -> n < bound).isPresent();
    }

    /** Snapshots are all that is wanted or allowed; one beside a log, or a copy to take away, is none of this. */
    private static boolean snapshotsOnly(Draft d) {
        boolean log = d.has("aof-named", "aof-always", "both-persistence") && !d.has("no-aof");
        return d.has("rdb-only", "rdb-named")
                && (d.has("no-aof") || !d.has("backup-copy"))
                && !log
                && !d.has("rebuildable");
    }

    private static boolean lossBelowMinute(Draft d) {
        return below(d, "rpo_seconds", 60);
    }

    /** How much an accident takes, by how the server keeps its data. */
    private static String lossWindow(Draft d) {
        String crash = switch (d.persistence().orElse("none")) {
            case "aof-always" -> "a crash of the primary takes nothing that was answered";
            case "aof-everysec", "rdb+aof" -> "a crash of the primary takes about the last second";
            case "rdb" -> "a crash of the primary takes all since the last snapshot";
            default -> "a crash of the primary takes all of it";
        };
        boolean fails =
                d.topology().filter(topology -> !topology.equals("standalone")).isPresent();
        return crash + (fails ? ", a failover what the replica did not have yet" : "");
    }

    /** Some loss is allowed in so many words, which tempers a "must survive". */
    private static boolean mayLose(Draft d) {
        return d.has("little-loss-ok", "minutes-loss-ok", "may-lose") || d.saidAtLeast("rpo_seconds", 1);
    }

    private static boolean isRedlock(Draft d) {
        return d.needs("redlock") || d.has("redlock-named");
    }

    /** Messages go by Pub/Sub: because it is named, or because nothing that keeps them was understood. */
    private static boolean isPubSub(Draft d) {
        boolean kept =
                d.needs("stream-consumer-group", "reliable-queue", "job-queue", "delayed-queue", "priority-queue");
        return d.has("pubsub-named") || d.needs("pubsub", "pattern-subscribe") && !kept;
    }

    /** Masters and replicas together; "3 masters and 3 replicas" counts all replicas, "each" those of one master. */
    private static double nodesAskedFor(Draft d) {
        double masters = d.said("shards").orElse(0.0);
        double replicas = d.said("replicas").orElse(0.0);
        return d.has("replicas-each") ? masters * (1 + replicas) : masters + replicas;
    }

    private static double dataBytes(Draft d) {
        double said = d.said("data_bytes").orElse(0.0);
        boolean sized =
                d.said("value_bytes").isPresent() || d.said("data_bytes").isPresent();
        return Math.max(
                Math.max(said, recordedBytes(d)), sized ? (double) d.memory().lowBytes() : 0);
    }

    /** What piles up where everything is kept for a time: so many a second, so large, so long. */
    private static double recordedBytes(Draft d) {
        return d.needs("stream-consumer-group", "time-series")
                ? d.said("rate_per_second").orElse(0.0)
                        * d.said("value_bytes").orElse(0.0)
                        * d.said("retention_seconds").orElse(0.0)
                : 0;
    }

    private static double memoryBytes(Draft d) {
        return d.said("memory_bytes").orElse(Double.MAX_VALUE);
    }

    /** A cache may; unless the task forbids it or asks for everything to be there. */
    private static boolean mayEvict(Draft d) {
        return d.eviction().filter(policy -> !policy.equals("noeviction")).isPresent()
                && !d.has("noeviction", "must-not-lose", "zero-loss", "keep-all");
    }

    /** The first promise that ends before the work or the retries it covers. */
    private static Optional<String> shortTtl(Draft d) {
        return shortLease(d).or(() -> shortMemory(d));
    }

    private static Optional<String> shortLease(Draft d) {
        boolean guards = d.needs("lock", "redlock", "inventory-reservation")
                || d.has("lease") && !d.needs("idempotency", "job-queue", "reliable-queue");
        boolean queue = d.needs("job-queue", "reliable-queue");
        boolean covers = guards || queue;
        if (!covers || d.has("renewed") || d.said("heartbeat_seconds").isPresent()) {
            return Optional.empty();
        }
        // beside a lock the TTL is the lease; beside a queue it may be that of anything else
        List<String> leases =
                guards ? List.of("ttl_seconds", "hold_seconds", "timeout_seconds") : List.of("timeout_seconds");
        double work = Math.max(
                d.said("duration_seconds").orElse(0.0),
                d.said("compute_seconds").orElse(0.0));
        double lease = shortest(d, leases).orElse(guards ? leaseSaidRoughly(d) : Double.MAX_VALUE);
        if (work == 0) {
            work = d.has("work-takes-hours") ? 2 * AN_HOUR : d.has("work-takes-minutes") ? 2 * A_MINUTE : 0;
        }
        return lease < work ? Optional.of(tooShort(lease, "work", work)) : Optional.empty();
    }

    /** A lease of which no more than the unit was understood, taken for longer than it will be. */
    private static double leaseSaidRoughly(Draft d) {
        if (d.has("lease-in-seconds", "lease-of-a-minute")) {
            return A_MINUTE;
        }
        return d.has("lease-in-minutes") ? AN_HOUR : Double.MAX_VALUE;
    }

    private static Optional<String> shortMemory(Draft d) {
        if (!d.needs("idempotency")) {
            return Optional.empty();
        }
        double kept = shortest(d, List.of("ttl_seconds", "retention_seconds", "hold_seconds"))
                .orElse(Double.MAX_VALUE);
        double saidHorizon = Math.max(
                d.said("retry_seconds").orElse(0.0), d.said("duration_seconds").orElse(0.0));
        double atLeast = d.has("retried-for-days") ? A_DAY : d.has("retried-for-hours") ? 2 * AN_HOUR : 0;
        double horizon = Math.max(saidHorizon, atLeast);
        return kept < horizon ? Optional.of(tooShort(kept, "retries", horizon)) : Optional.empty();
    }

    private static Optional<Double> shortest(Draft d, List<String> quantities) {
        return quantities.stream().map(d::said).flatMap(Optional::stream).min(Double::compare);
    }

    private static String tooShort(double ends, String what, double takes) {
        return "A TTL of " + Amounts.seconds(ends) + " is shorter than the " + what + " of " + Amounts.seconds(takes)
                + " and more that it has to cover: it expires while still needed.";
    }

    /** Times said only by their unit: something that takes minutes takes at least two, and so on. */
    private static final double A_MINUTE = 60;

    private static final double AN_HOUR = 3600;
    private static final double A_DAY = 86_400;
}
