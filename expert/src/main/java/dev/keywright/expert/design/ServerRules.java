package dev.keywright.expert.design;

import dev.keywright.expert.knowledge.PatternSheet.Data;
import java.util.List;
import java.util.stream.Stream;

/** How the server's topology, persistence and eviction policy are chosen: three tables, the first rule that applies decides. */
final class ServerRules {

    /** What one server can hold before snapshots, resyncs and restarts take too long to live with. */
    static final double ONE_SERVER_BYTES = 50e9;

    /** What one server's main thread does on commands of one round trip, with room to spare. */
    static final double ONE_SERVER_RATE = 120_000;

    /** By the topology that is asked for by name. */
    private static final List<Rule> TOPOLOGY_ASKED = List.of(
            Rule.topology(
                    "topology-sentinel-asked",
                    d -> d.has("sentinel-named") && !d.isCluster()
                            || d.said("sentinels").isPresent(),
                    "sentinel",
                    "Sentinel is asked for: one primary, its replicas, three or more Sentinels that fail over."),
            Rule.topology(
                    "topology-cluster-asked",
                    Draft::isCluster,
                    "cluster",
                    "A cluster is asked for: the key space is spread over masters by hash slot."));

    /** Where servers are to be set up and neither a cluster nor Sentinel is named. */
    static final List<Rule> TOPOLOGY_SET_UP = List.of(
            Rule.topology(
                    "topology-set-up-failover",
                    d -> d.has("high-availability", "loss-of-one") && !d.isSingleBox() && !d.has("manual-failover"),
                    "sentinel",
                    "It must go on when the primary dies: Sentinel fails over to a replica."),
            Rule.topology(
                    "topology-set-up-replica",
                    d -> d.has("replica-named", "manual-failover"),
                    "replica",
                    "Copies are asked for: a primary with replicas; without Sentinel a person fails over."),
            Rule.topology("topology-set-up-single", d -> true, "standalone", "Nothing said asks for a second server."));

    /** By size, rate and what must go on. */
    static final List<Rule> TOPOLOGY_BY_LOAD = List.of(
            Rule.topology(
                    "topology-data-size",
                    d -> d.said("data_bytes").filter(b -> b > ONE_SERVER_BYTES).isPresent()
                            || d.memory().totalBytes() > ONE_SERVER_BYTES,
                    "cluster",
                    "The data is more than one server should hold (over 50 GB a snapshot, a resync and a restart take"
                            + " too long)."),
            Rule.topology(
                    "topology-rate",
                    d -> d.saidAtLeast("rate_per_second", ONE_SERVER_RATE),
                    "cluster",
                    "The rate is more than one main thread should carry (above some 120,000 single commands a"
                            + " second)."),
            Rule.topology(
                    "topology-beyond-one-server",
                    d -> !d.has("no-sharding")
                            && (d.has("beyond-one-node") && !d.has("high-availability")
                                    || d.has("spread-asked") && !d.isSingleBox()),
                    "cluster",
                    "One server is not to carry it, you say: a cluster spreads keys and load over several masters."),
            Rule.topology(
                    "topology-failover",
                    d -> !d.isSingleBox()
                            && !d.has("manual-failover")
                            && (d.has("high-availability", "loss-of-one") && !d.isOutageBearable()
                                    || d.said("failover_seconds").isPresent()
                                    || d.saidAtLeast("availability_percent", 99.9)),
                    "sentinel",
                    "It must go on when the primary dies and fits one server: Sentinel fails over to a replica."),
            Rule.topology(
                    "topology-replica",
                    d -> d.has("reads-scale", "reads-from-copies", "replica-named", "manual-failover")
                            || d.saidAtLeast("replicas", 1),
                    "replica",
                    "Replicas are asked for: they serve reads that may be a little stale and stand by for a manual"
                            + " switch."),
            Rule.topology(
                    "topology-single",
                    d -> d.has("single-box")
                            || !d.needs().isEmpty()
                            || d.has("no-disk", "rebuildable")
                            || d.isOutageBearable(),
                    "standalone",
                    "One server carries this load and size; nothing said asks for failover."));

    static final List<Rule> TOPOLOGY =
            Stream.concat(TOPOLOGY_ASKED.stream(), TOPOLOGY_BY_LOAD.stream()).toList();

    static final List<Rule> PERSISTENCE = List.of(
            Rule.persistence(
                    "persistence-none-asked",
                    d -> d.has("no-disk") && !d.has("zero-loss"),
                    "none",
                    "Nothing is to be kept on disk; a restart begins empty."),
            Rule.persistence(
                    "persistence-always",
                    d -> d.has("aof-always", "zero-loss")
                            || d.said("rpo_seconds").filter(s -> s == 0).isPresent(),
                    "aof-always",
                    "Only appendfsync always puts each write on disk before its reply; it costs one fsync per"
                            + " event-loop turn."),
            Rule.persistence(
                    "persistence-both-asked",
                    d -> d.has("both-persistence") || d.has("rdb-named") && d.has("aof-named") && !d.has("no-aof"),
                    "rdb+aof",
                    "RDB snapshots to copy away, AOF to lose at most about a second."),
            Rule.persistence(
                    "persistence-everysec",
                    d -> d.has("aof-everysec", "little-loss-ok")
                            || d.has("aof-named") && !d.has("no-aof")
                            || d.said("rpo_seconds")
                                    .filter(s -> s > 0 && s < 60)
                                    .isPresent(),
                    "aof-everysec",
                    "appendfsync everysec loses about one second (two at worst) in a crash."),
            Rule.persistence(
                    "persistence-snapshots",
                    d -> d.has("minutes-loss-ok")
                            || d.saidAtLeast("rpo_seconds", 60)
                            || d.has("rdb-named", "rdb-only") && !d.has("must-not-lose"),
                    "rdb",
                    "Minutes may be lost, so snapshots are enough and cost the least."),
            Rule.persistence(
                    "persistence-must-stay",
                    d -> d.has("must-not-lose", "only-copy") && !d.has("rebuildable"),
                    "aof-everysec",
                    "The data must survive a restart: AOF with everysec loses about a second at most; always loses"
                            + " none of the acknowledged writes on this server."),
            Rule.persistence(
                    "persistence-cache",
                    d -> d.holdsOnly(Data.CACHE, Data.TRANSIENT)
                            || d.has("may-lose", "rebuildable") && !d.holds(Data.DURABLE),
                    "none",
                    "Everything here is rebuilt or forgotten within its TTL; persistence would only cost forks and"
                            + " fsyncs."),
            Rule.persistence(
                    "persistence-session",
                    d -> d.holdsOnly(Data.CACHE, Data.TRANSIENT, Data.SESSION),
                    "aof-everysec",
                    "A restart must not log everybody out; losing the last second is bearable."),
            Rule.persistence(
                    "persistence-durable",
                    d -> d.holds(Data.DURABLE),
                    "aof-everysec",
                    "This data lives here only: AOF with everysec loses about a second in a crash."));

    static final List<Rule> EVICTION = List.of(
            Rule.eviction(
                    "eviction-only-copy",
                    d -> d.isOnlyCopy() && d.needs().size() < 2,
                    "noeviction",
                    "Redis holds the only copy, you say, so nothing may be thrown out; a full server must refuse writes"
                            + " loudly."),
            Rule.eviction(
                    "eviction-keep-all",
                    d -> d.holdsOnly(Data.CACHE) && d.has("keep-all") && !d.has("make-room", "mixed-data"),
                    "noeviction",
                    "Nothing may be thrown out, you say, so a full server must refuse writes instead; size it for all"
                            + " the data."),
            Rule.eviction(
                    "eviction-mixed-with-ttl-promises",
                    d -> d.holds(Data.CACHE) && d.needs().stream().anyMatch(ServerRules::isPromiseWithTtl),
                    "noeviction",
                    "Some keys with a TTL are promises (locks, keys of once-only work), so no policy could tell them"
                            + " from cache; give the cache an instance of its own with allkeys-lfu."),
            Rule.eviction(
                    "eviction-mixed",
                    d -> d.holds(Data.CACHE) && (d.holds(Data.DURABLE) || d.holds(Data.SESSION))
                            || d.holds(Data.CACHE) && d.has("mixed-data"),
                    "volatile-lru",
                    "Only keys with a TTL may be evicted: cache entries carry one, what must stay carries none."),
            Rule.eviction(
                    "eviction-scan-resistant",
                    d -> d.holds(Data.CACHE) && d.has("scan-resistant") && !d.has("recency"),
                    "allkeys-lfu",
                    "Frequency keeps what is popular even when a job reads everything once."),
            Rule.eviction(
                    "eviction-cache",
                    d -> d.holds(Data.CACHE),
                    "allkeys-lru",
                    "Every key can be rebuilt, so the least recently used go first; allkeys-lfu if few keys are far"
                            + " hotter than the rest."),
            Rule.eviction(
                    "eviction-session",
                    d -> d.holds(Data.SESSION) && !d.holds(Data.DURABLE),
                    "volatile-lru",
                    "If memory ever runs short the longest idle sessions go first; size it so that this never"
                            + " happens."),
            Rule.eviction(
                    "eviction-none",
                    d -> !d.needs().isEmpty(),
                    "noeviction",
                    "Nothing here may vanish silently; a full server must refuse writes loudly."));

    private ServerRules() {}

    private static boolean isPromiseWithTtl(NeedDesign need) {
        return need.sheet().data() == Data.DURABLE
                && need.keys().stream().anyMatch(key -> key.ttlSeconds().isPresent());
    }
}
