package dev.keywright.expert.design;

import dev.keywright.expert.knowledge.PatternSheet.Data;
import dev.keywright.expert.workload.Silence;

/** Turns the decisions on the server into directives of redis.conf, each with its reason. */
final class Configuration {

    private Configuration() {}

    static void write(Draft draft) {
        memory(draft);
        persistence(draft.persistence().orElse("none"), draft);
        topology(draft.topology().orElse("standalone"), draft);
        draft.directive("lazyfree-lazy-expire", "yes", "expired big values are freed by a background thread");
        if (draft.needs("pubsub", "pattern-subscribe")) {
            draft.directive(
                    "client-output-buffer-limit",
                    "pubsub 64mb 16mb 60",
                    "a subscriber that falls further behind is cut off instead of filling the memory");
        }
        draft.directive("slowlog-log-slower-than", "10000", "commands over 10 ms are kept in the slow log");
        draft.directive("latency-monitor-threshold", "100", "LATENCY DOCTOR has history to look at when it is needed");
    }

    private static void memory(Draft draft) {
        if (draft.maxmemoryBytes() > 0) {
            String why = draft.said("memory_bytes").isPresent()
                    ? "the memory you gave, less what the system, buffers and forks need"
                    : "the estimate with a quarter of head-room";
            draft.directive("maxmemory", Long.toString(draft.maxmemoryBytes()), why);
        }
        draft.directive(
                "maxmemory-policy",
                draft.eviction().orElse("noeviction"),
                draft.holds(Data.CACHE) ? "what goes first when memory is full" : "what must stay is never evicted");
    }

    private static void persistence(String persistence, Draft draft) {
        boolean aof = persistence.startsWith("aof") || persistence.equals("rdb+aof");
        boolean rdb = persistence.startsWith("rdb");
        draft.directive("appendonly", aof ? "yes" : "no", aof ? "every write is logged" : "no log of writes is needed");
        if (aof) {
            boolean always = persistence.equals("aof-always");
            draft.directive(
                    "appendfsync",
                    always ? "always" : "everysec",
                    always ? "on disk before the reply" : "on disk once a second: about one second may be lost");
        }
        draft.directive(
                "save",
                rdb ? "3600 1 300 100 60 10000" : "\"\"",
                rdb
                        ? "a snapshot after an hour with 1 change, 5 min with 100, 1 min with 10,000"
                        : "no snapshots by time");
    }

    private static void topology(String topology, Draft draft) {
        if (topology.equals("cluster")) {
            draft.directive("cluster-enabled", "yes", "this server is a node of a cluster");
            draft.directive(
                    "cluster-config-file",
                    "nodes.conf",
                    "the node keeps its view of the cluster here; one file per node");
            int silence = Silence.seconds(draft.said("failover_seconds"));
            draft.directive(
                    "cluster-node-timeout",
                    Integer.toString(1_000 * silence),
                    "a master silent for " + silence + " s is failed over");
            draft.directive(
                    "cluster-require-full-coverage",
                    "no",
                    "while one shard has no master the others go on; yes, the default, stops them all");
        }
        if (topology.equals("sentinel")) {
            draft.directive("min-replicas-to-write", "1", "a primary cut off from its replicas stops taking writes");
            draft.directive("min-replicas-max-lag", "10", "a replica counts if it answered within 10 s");
        }
        if (!topology.equals("standalone")) {
            draft.directive(
                    "repl-backlog-size", "64mb", "a replica that was away briefly catches up without a full copy");
        }
    }
}
