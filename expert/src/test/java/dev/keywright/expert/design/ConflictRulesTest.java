package dev.keywright.expert.design;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.task.Task;
import dev.keywright.expert.workload.WorkloadReader;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot hold together is said, and a sound task is left in peace. */
class ConflictRulesTest {

    private static final Knowledge KNOWLEDGE = Knowledge.load();
    private static final WorkloadReader READER = new WorkloadReader(KNOWLEDGE);
    private static final Designer DESIGNER = new Designer(KNOWLEDGE);

    private static List<String> conflicts(String text) {
        return warnings(text)
                .filter(warning -> warning.severity() == Warning.Severity.CONFLICT)
                .map(Warning::id)
                .toList();
    }

    private static Stream<Warning> warnings(String text) {
        return DESIGNER.design(READER.read(new Task("t", text), Map.of())).warnings().stream();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        data-exceeds-memory | Cache for map tiles: 120 GB of tiles, 48 GB RAM, none of them may be evicted.
        zero-loss-rdb | No order may ever be lost. We save the memory to a file every 15 minutes, nothing else.
        zero-loss-everysec | Zero data loss for the ledger please, with appendfsync everysec
        must-stay-without-disk | Shopping carts must survive a reboot. Redis purely in memory, persistence off.
        pubsub-loses | Plain pub/sub channel for order events; a consumer that was offline has to get all it missed.
        eviction-over-data-that-must-stay | Job queue on our cache server with allkeys-lru. No job may be dropped.
        volatile-without-ttl | cache of tax tables, volatile-random, not one key expires
        hyperloglog-cannot-list | We count visitors with PFADD per page. Now show me a list of who visited the page.
        too-few-sentinels | One primary on host A, one replica on host B, a Sentinel on each of the two. Automatic failover.
        too-few-masters | Redis Cluster with two masters and one replica each, automatic failover, product cache
        multi-region-writes | Two data centres, users write in both, Redis should replicate in both directions. Carts.
        multi-key-across-slots | Redis Cluster, 6 shards. MULTI with DECRBY on one customer's account and INCRBY on another's.
        strong-consistency | profile cache; reads are served from replicas and must return the latest value in any case
        ttl-shorter-than-work | mutual exclusion for the payroll run, lease 1 minute, the run lasts 20 minutes
        ttl-shorter-than-work | Idempotency-Key is stored for 1 hour but clients may retry for 48 hours
        fixed-window-edge | Limit of 20 texts per phone with INCR + EXPIRE 60, yet no 60 second span may see more than 20
        exactly-once | Each invoice job must be executed exactly once by the workers, no matter what crashes.
        field-ttl-before-7.4 | Redis 7.0, hash per cart, each field should expire by itself after 20 minutes
        noeviction-cache-overflow | noeviction is set, the page cache keeps growing, new entries should push out the old ones
        wait-is-not-consensus | With WAIT 1 100 after each write no acknowledged write is lost in a failover. Design the ledger.
        zero-loss-failover | HA Redis for a booking ledger, no write may be lost
        availability-on-one-server | Session store on one single server without replica; 99.95 % availability is required.
        """)
    void namesWhatCannotHoldTogether(String conflict, String text) {
        assertThat(conflicts(text)).contains(conflict);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cache for map tiles: 120 GB of tiles, 48 GB RAM for Redis, the less used ones may go.",
                "Orders queue, AOF everysec, plus a nightly dump copied to S3 as backup; orders must survive a restart",
                "Live match ticker to whoever is connected right now over pub/sub, whoever is offline misses it, fine.",
                "page cache with allkeys-lru, 2gb",
                "Fixed window counter, 100 calls per minute, double around the edge is fine",
                "lock with a TTL of 30 seconds, the work takes 5 seconds",
                "hyperloglog for the distinct visitors of a day, just the number",
                "cache with volatile-ttl, entries live between 5 minutes and 2 hours",
                "count unique visitors per page with a hyperloglog, one percent error is fine",
                "three sentinels on three VMs, one primary, two replicas, session store for the intranet",
                "cluster with 3 masters and 3 replicas for a page cache of 120 GB",
                "cluster with 3 shards, cart and its lines carry the hash tag {user}, changed together in a MULTI",
                "product cache, reads from two replicas, a second of lag is fine",
                "lock with 60 s lease, renewed every 20 s while the export of 10 minutes runs",
                "Idempotency-Key stored for 72 hours, clients retry for at most 24 hours",
                "Redis 7.4, hash per device, each field expires after 5 minutes",
                "Session store, 99.95% availability, when one server dies the others go on",
                "login sessions, one replica for reads, failover by hand",
                "Set up two servers for the carts, the second is promoted by hand when the first one breaks",
                "Set up a cluster of 4 shards on Kubernetes, 6 GB each"
            })
    void leavesASoundTaskInPeace(String text) {
        assertThat(conflicts(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        true  | cache for product pages, 200 GB in all, it has to go on when a machine dies
        true  | Set up a redis cluster with automatic failover
        false | cache for product pages, 200 GB in all
        false | session store, it has to go on when a machine dies
        false | Rebalance the slots of our redis cluster without downtime
        """)
    void saysWhatTheLossOfOneShardDoesToTheOthers(boolean said, String text) {
        assertThat(warnings(text).map(Warning::id).anyMatch("cluster-full-coverage"::equals))
                .isEqualTo(said);
    }
}
