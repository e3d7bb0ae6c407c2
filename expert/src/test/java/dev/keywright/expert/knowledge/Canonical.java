package dev.keywright.expert.knowledge;

import java.util.Map;
import java.util.Set;

/** The ids that an answer may carry; other programs read them, so a new one is a decision and not a slip. */
final class Canonical {

    static final Set<String> STRUCTURES = words("string hash list set zset stream hyperloglog bitmap geo pubsub");

    static final Set<String> PATTERNS = words(
            "cache-aside read-through write-through write-behind refresh-ahead stampede-protection near-cache lock redlock"
                    + " rate-limit-fixed-window rate-limit-sliding-log rate-limit-sliding-counter token-bucket"
                    + " reliable-queue job-queue delayed-queue priority-queue pubsub pattern-subscribe"
                    + " stream-consumer-group leaderboard presence session-store feature-flags unique-count"
                    + " inventory-reservation compare-and-set counter-analytics feed tags followers autocomplete"
                    + " geo-search shopping-cart idempotency bulk-load backup migration monitoring benchmark"
                    + " memory-optimization"
                    // needs that people name and no pattern of the trade does
                    + " object-store random-draw time-series unique-id");

    static final Set<String> QUANTITIES = words(
            "keys members users clients entities fields points value_bytes data_bytes memory_bytes rate_per_second"
                    + " latency_ms limit window_seconds burst block_seconds ttl_seconds staleness_seconds"
                    + " retention_seconds history days top_n winners percent duration_seconds timeout_seconds"
                    + " delay_seconds hold_seconds retry_seconds retries heartbeat_seconds compute_seconds"
                    + " downtime_seconds failover_seconds rpo_seconds stock radius_m followers_avg followers_max nodes"
                    + " shards replicas sentinels availability_percent");

    /** What an entry may imply, and the values each of these can have. */
    static final Map<String, Set<String>> CHOICES = Map.of(
            "structure", STRUCTURES,
            "pattern", PATTERNS,
            "persistence", words("none rdb aof-everysec aof-always rdb+aof"),
            "topology", words("standalone replica sentinel cluster"),
            "eviction",
                    words("noeviction allkeys-lru allkeys-lfu allkeys-random volatile-lru volatile-lfu volatile-random"
                            + " volatile-ttl"));

    private Canonical() {}

    private static Set<String> words(String text) {
        return Set.of(text.split(" "));
    }
}
