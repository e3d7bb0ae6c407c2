package dev.keywright.expert.design;

import dev.keywright.expert.knowledge.PatternSheet.Data;
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
                        d -> d.has("rdb-only", "rdb-named")
                                && !d.has("aof-named", "aof-always", "both-persistence", "rebuildable")
                                && (d.has("zero-loss", "must-not-lose")
                                        || d.said("rpo_seconds")
                                                .filter(s -> s < 60)
                                                .isPresent()),
                        d ->
                                "No loss cannot be had with RDB snapshots: a crash loses every write since the last one, which is minutes.",
                        "Turn on AOF: appendfsync everysec loses about a second, appendfsync always none of the acknowledged writes of this server. Keep RDB for copies."),
                Rule.conflict(
                        "zero-loss-everysec",
                        d -> d.has("zero-loss") && d.has("aof-everysec"),
                        d ->
                                "Zero loss cannot be had with appendfsync everysec: a crash loses about one second of writes, two at worst.",
                        "Use appendfsync always and accept its latency, or say how many seconds may be lost."),
                Rule.conflict(
                        "zero-loss-failover",
                        d -> d.has("sync-replication")
                                || d.has("zero-loss")
                                        && (d.has(
                                                        "high-availability",
                                                        "sentinel-named",
                                                        "cluster-named",
                                                        "replica-named")
                                                || d.said("failover_seconds").isPresent()),
                        d ->
                                "Zero loss cannot be promised across a failover: replication is asynchronous, a promoted replica may lack acknowledged writes.",
                        "WAIT 1 <ms> after each critical write and min-replicas-to-write 1 narrow the window but do not close it; keep the record of truth in a database with synchronous commit."),
                Rule.conflict(
                        "must-stay-without-disk",
                        d -> d.has("no-disk") && d.has("must-not-lose", "zero-loss"),
                        d -> "Data that must not be lost cannot live without persistence: a restart begins empty.",
                        "Turn on AOF (appendonly yes), or keep the record of truth elsewhere and treat Redis as a cache."),
                Rule.conflict(
                        "availability-on-one-server",
                        d -> d.has("single-box")
                                && (d.has("high-availability")
                                                && !d.has("cluster-named", "sentinel-named")
                                                && d.said("failover_seconds").isPresent()
                                        || d.saidAtLeast("availability_percent", 99.9)),
                        d -> "One server cannot fail over: when it is down, everything is down.",
                        "Add a replica and three Sentinels on separate hosts, or accept the time a restart takes."),
                Rule.conflict(
                        "strong-consistency",
                        d -> d.has("strong-consistency")
                                && (d.holds(Data.CACHE) && !d.needs("write-through")
                                        || d.has("replica-named", "reads-scale", "multi-region")),
                        d ->
                                "A cache or a replica cannot be strongly consistent with its source: between a write and its invalidation or replication a reader may see the old value.",
                        "State how stale a read may be, and bound it: short TTL, versioned fills, read what must be fresh from the source itself."),
                Rule.conflict(
                        "multi-region-writes",
                        d -> d.has("multi-region") && d.isDesign(),
                        d ->
                                "Open-source Redis has no active-active writes across regions: one primary takes all writes, others follow asynchronously.",
                        "Write in one region and read stale replicas elsewhere, or keep one independent deployment per region and merge in the application."));
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
                        d ->
                                "Exactly-once delivery cannot be promised: a consumer may die after its work and before its acknowledgement, so the message comes again.",
                        "Take at-least-once delivery and make the effect idempotent: record the message id (SET NX with a TTL, or a unique row) in the same step as the effect."),
                Rule.conflict(
                        "pubsub-loses",
                        d -> d.has("pubsub-named") && d.has("must-not-lose", "zero-loss", "replay") && d.isDesign(),
                        d ->
                                "Pub/Sub cannot keep messages: whoever is not connected at that moment never gets them; there is no acknowledgement and no replay.",
                        "Use a stream with consumer groups (XADD, XREADGROUP, XACK, XAUTOCLAIM)."),
                Rule.conflict(
                        "redlock-dependent-nodes",
                        d -> d.needs("redlock")
                                && (d.has("replicas-as-independent", "replica-named") || d.saidAtLeast("replicas", 1)),
                        d ->
                                "Redlock needs independent masters: a primary and its replicas fail over together and may hand out the same lock twice.",
                        "Run 3 or 5 unrelated masters without replicas, or take one server and fencing tokens, which guard better."));
    }

    private static List<Rule> memory() {
        return List.of(
                Rule.conflict(
                        "data-exceeds-memory",
                        d -> dataBytes(d) > memoryBytes(d) && !mayEvict(d),
                        d -> "The data does not fit: about " + Amounts.bytes(dataBytes(d)) + " against "
                                + Amounts.bytes(memoryBytes(d)) + " of memory.",
                        "Buy memory for the data plus head-room, shorten or compress values, keep only the hot part, or spread it over a cluster."),
                Rule.caution(
                        "cache-smaller-than-data",
                        d -> dataBytes(d) > memoryBytes(d) && mayEvict(d),
                        d -> "Only part of the data fits the cache: about " + Amounts.bytes(dataBytes(d)) + " against "
                                + Amounts.bytes(memoryBytes(d)) + "; the rest will be evicted and loaded again.",
                        "Watch the hit ratio (keyspace_hits, keyspace_misses) and evicted_keys; add memory when the database feels the misses."),
                Rule.conflict(
                        "eviction-over-data-that-must-stay",
                        d -> d.has("allkeys-lru", "allkeys-lfu", "allkeys-random")
                                && (d.holds(Data.DURABLE) || d.has("must-not-lose") && !d.holdsOnly(Data.CACHE))
                                && d.isDesign(),
                        d -> "An allkeys policy evicts any key when memory is full, also those that must stay.",
                        "Set maxmemory-policy noeviction for this data, or move the cache to an instance of its own."),
                Rule.conflict(
                        "volatile-without-ttl",
                        d -> d.has("volatile-lru", "volatile-lfu", "volatile-ttl", "volatile-random")
                                && d.has("no-ttl"),
                        d ->
                                "A volatile policy evicts only keys with a TTL; where no key has one it acts like noeviction and writes fail with OOM.",
                        "Give the cache keys a TTL, or set maxmemory-policy allkeys-lru."),
                Rule.conflict(
                        "noeviction-cache-overflow",
                        d -> d.has("noeviction") && d.holdsOnly(Data.CACHE) && dataBytes(d) > memoryBytes(d),
                        d -> "A cache under noeviction does not make room: once full, every write fails with OOM.",
                        "Set maxmemory-policy allkeys-lru or allkeys-lfu."),
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
                        d -> d.isTopology("cluster")
                                        && d.has("multi-key", "no-hash-tag")
                                        && !d.has("hash-tagged")
                                        && d.isDesign()
                                || d.isTopology("cluster") && d.has("multi-key") && d.has("no-hash-tag"),
                        d ->
                                "In a cluster one command, transaction or script may touch only keys of one hash slot; keys without a common hash tag fail with CROSSSLOT.",
                        "Give keys that are used together a common hash tag, such as cart:{42} and stock:{42}, or do the work key by key and accept that it is not atomic."),
                Rule.conflict(
                        "too-few-sentinels",
                        d -> d.said("sentinels").filter(n -> n < 3).isPresent()
                                || d.has("two-nodes")
                                        && d.has("sentinel-named")
                                        && d.said("sentinels").isEmpty()
                                        && d.isDesign(),
                        d ->
                                "Fewer than three Sentinels cannot fail over safely: a failover needs a majority of all Sentinels, so losing one of two blocks it.",
                        "Run three Sentinels on three separate hosts with quorum 2; the third may stand beside an application."),
                Rule.conflict(
                        "too-few-masters",
                        d -> d.isTopology("cluster")
                                && (d.said("shards").filter(n -> n < 3).isPresent()
                                        || d.said("shards").isEmpty()
                                                && d.said("nodes")
                                                        .filter(n -> n < 3)
                                                        .isPresent())
                                && d.workload().kind() != dev.keywright.expert.workload.Kind.QUERY,
                        d ->
                                "A cluster of fewer than three masters cannot fail over: the vote needs a majority of masters, and one of two is none.",
                        "Run at least three masters, each with a replica on another host (six nodes)."),
                Rule.conflict(
                        "nodes-do-not-add-up",
                        d -> Stream.of("nodes", "shards", "replicas")
                                        .allMatch(q -> d.said(q).isPresent())
                                && d.said("nodes").orElse(0.0)
                                        < d.said("shards").orElse(0.0)
                                                * (1 + d.said("replicas").orElse(0.0)),
                        d -> Amounts.count(d.said("nodes").orElse(0.0)) + " nodes are too few for "
                                + Amounts.count(d.said("shards").orElse(0.0)) + " masters with "
                                + Amounts.count(d.said("replicas").orElse(0.0)) + " replicas each.",
                        "Add nodes, or take fewer masters or replicas."),
                Rule.caution(
                        "cluster-without-replicas",
                        d -> d.isTopology("cluster")
                                && d.said("replicas").filter(n -> n == 0).isPresent(),
                        d ->
                                "Masters without replicas: when one dies its slots are gone, and with cluster-require-full-coverage yes the whole cluster stops.",
                        "Give each master a replica on another host."));
    }

    private static List<Rule> time() {
        return List.of(
                Rule.conflict(
                        "ttl-shorter-than-work",
                        d -> shortTtl(d).isPresent(),
                        d -> shortTtl(d).orElse(""),
                        "Make the TTL longer than the longest work or retry, or renew the lease while the work runs and guard the effect with a fencing token."),
                Rule.conflict(
                        "field-ttl-before-7.4",
                        d -> d.has("field-ttl")
                                && d.workload().version().filter(v -> v < 7.4).isPresent(),
                        d -> "Fields of a hash cannot have a TTL of their own before Redis 7.4 (HEXPIRE).",
                        "Upgrade to 7.4, use one key per item, or keep due times in a sorted set and sweep it."),
                Rule.caution(
                        "field-ttl-version",
                        d -> d.has("field-ttl") && d.workload().version().isEmpty(),
                        d ->
                                "A TTL per hash field (HEXPIRE) needs Redis 7.4 or newer; older servers know only a TTL per key.",
                        "Check INFO server, or use one key per item."),
                Rule.caution(
                        "tight-failover",
                        d -> d.said("failover_seconds").filter(s -> s < 2).isPresent(),
                        d ->
                                "A failover below two seconds means a detection time so short that a slow disk or a long command looks like a death.",
                        "Plan for 3 to 10 seconds, or hide the gap in the client with retries."));
    }

    private static List<Rule> shape() {
        return List.of(
                Rule.conflict(
                        "hyperloglog-cannot-list",
                        d -> d.has("hyperloglog-named") && d.has("list-uniques"),
                        d ->
                                "A HyperLogLog cannot list its members, test one or remove one: it keeps only registers for an estimate.",
                        "Keep a set (SADD, SMEMBERS by SSCAN), or a bitmap for numeric ids, beside or instead of it."),
                Rule.caution(
                        "money-in-floats",
                        d -> d.has("float-incr") || d.has("money") && d.needs("compare-and-set", "counter-analytics"),
                        d -> "INCRBYFLOAT and HINCRBYFLOAT round in binary floating point; amounts of money drift.",
                        "Count integer minor units (cents) with INCRBY or HINCRBY."));
    }

    private static double dataBytes(Draft d) {
        double said = d.said("data_bytes").orElse(0.0);
        boolean sized =
                d.said("value_bytes").isPresent() || d.said("data_bytes").isPresent();
        return Math.max(said, sized ? (double) d.memory().lowBytes() : 0);
    }

    private static double memoryBytes(Draft d) {
        return d.said("memory_bytes").orElse(Double.MAX_VALUE);
    }

    private static boolean mayEvict(Draft d) {
        return d.eviction().filter(policy -> !policy.equals("noeviction")).isPresent()
                && !d.has("noeviction", "must-not-lose", "zero-loss");
    }

    private static final List<String> LEASES = List.of("ttl_seconds", "hold_seconds", "timeout_seconds");
    private static final List<String> WORK =
            List.of("duration_seconds", "compute_seconds", "retry_seconds", "delay_seconds");

    /** The first lease that ends before the work it covers. */
    private static Optional<String> shortTtl(Draft d) {
        boolean promises = d.has("lease")
                || d.needs("lock", "redlock", "idempotency", "job-queue", "reliable-queue", "inventory-reservation");
        if (!promises) {
            return Optional.empty();
        }
        for (String lease : LEASES) {
            for (String work : WORK) {
                double ends = d.said(lease).orElse(Double.MAX_VALUE);
                double takes = d.said(work).orElse(0.0);
                if (ends < takes) {
                    return Optional.of("A TTL of " + Amounts.seconds(ends) + " is shorter than the work or retry of "
                            + Amounts.seconds(takes) + " it has to cover: it expires while still needed.");
                }
            }
        }
        return Optional.empty();
    }
}
