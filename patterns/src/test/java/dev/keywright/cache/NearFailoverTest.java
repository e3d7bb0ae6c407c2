package dev.keywright.cache;

import static dev.keywright.cache.NearTest.keep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.connection.Connection;
import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Copies of a node that gives its slots, or its place, to another one. */
class NearFailoverTest {

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(3, 1);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static List<String> keys(String prefix) {
        return IntStream.range(0, 30).mapToObj(i -> prefix + i).toList();
    }

    private static void write(Redis redis, List<String> keys, String value) {
        keys.forEach(key -> redis.command("SET", key, value));
    }

    private static void keepAll(NearReader reader, List<String> keys, String value) {
        keys.forEach(key -> keep(reader, key, value));
    }

    @Test
    void n4_nothingOldIsShownAfterASlotMoved() {
        List<String> keys = keys("{moving}");
        int slot = Cluster.slotOf("moving");
        Standalone home = cluster.ownerOf(slot);
        try (Connection connection = Connection.open(cluster.uri());
                NearReader reader = new NearReader(connection, NearOptions.DEFAULTS, "")) {
            write(cluster, keys, "old");
            keepAll(reader, keys, "old");
            for (Standalone master : cluster.masters()) {
                cluster.migrateSlot(slot, master);
                write(cluster, keys, "at " + master);
                keepAll(reader, keys, "at " + master);
            }
            cluster.migrateSlot(slot, home);
            write(cluster, keys, "home");
            keepAll(reader, keys, "home");
        }
    }

    @Test
    void n4_nothingOldIsShownAfterAReplicaTookOverFromAMasterThatLives() {
        List<String> keys = keys("shard:");
        try (Connection connection = Connection.open(cluster.uri());
                NearReader reader = new NearReader(connection, NearOptions.DEFAULTS, "")) {
            write(cluster, keys, "old");
            keepAll(reader, keys, "old");
            Standalone master = cluster.masters().get(0);
            cluster.failover(cluster.replicasOf(master).get(0));
            write(cluster, keys, "new");
            keepAll(reader, keys, "new");
            write(cluster, keys, "newer");
            keepAll(reader, keys, "newer");
        }
    }

    @Test
    void n4_nothingOldIsShownAfterAMasterOfAClusterWasKilled() {
        List<String> keys = keys("killed:");
        try (Connection connection = Connection.open(cluster.uri());
                NearReader reader = new NearReader(connection, NearOptions.DEFAULTS, "")) {
            write(cluster, keys, "old");
            keepAll(reader, keys, "old");
            Standalone master = cluster.ownerOf(Cluster.slotOf(keys.get(0)));
            Standalone heir = cluster.replicasOf(master).get(0);
            master.kill();
            cluster.failover(heir);
            write(cluster, keys, "new");
            keepAll(reader, keys, "new");
            master.restart();
            cluster.awaitAgreement();
        }
    }

    @Test
    void n4_nothingOldIsShownAfterAFailoverBySentinelsWhileTheOldMasterLives() {
        List<String> keys = keys("sentinel:");
        try (Sentinel group = Sentinel.start(1);
                Connection connection = Connection.open(group.uri());
                NearReader reader = new NearReader(connection, NearOptions.DEFAULTS, "")) {
            write(group, keys, "old");
            keepAll(reader, keys, "old");
            Standalone before = group.primary();
            group.failover();
            assertThat(group.primary()).isNotSameAs(before);
            write(group, keys, "new");
            keepAll(reader, keys, "new");
            write(group, keys, "newer");
            keepAll(reader, keys, "newer");
        }
    }
}
