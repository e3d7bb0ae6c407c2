package dev.keywright.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Redis;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Servers that could lose jobs, under Sentinel and in a Cluster; one server alone is in {@link JobFaultsTest}. */
@WithRedis({Topology.SENTINEL, Topology.CLUSTER})
class JobServersTest {

    private static final JobType<String> MAIL = JobType.of("mail", Codecs.string());

    private static void configure(Redis redis, String setting, String value) {
        redis.nodes().forEach(node -> node.command("CONFIG", "SET", setting, value));
    }

    @Test
    void serversThatMayEvictJobsAreRefusedUnlessThatIsAllowed(Redis redis) {
        configure(redis, "maxmemory", "1gb");
        configure(redis, "maxmemory-policy", "allkeys-lfu");
        try (Keywright kw = Keywright.connect(redis.uri())) {
            JobQueue jobs = kw.jobs("evicted");
            assertThatThrownBy(() -> jobs.enqueue(MAIL, "x"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("allkeys-lfu")
                    .hasMessageContaining("withEviction");
            assertThat(jobs.enqueueAsync(MAIL.job("x"))).failsWithin(Duration.ofSeconds(10));
            assertThat(jobs.stats().ready()).isZero();
            JobQueue allowed = kw.jobs("evicted", JobOptions.DEFAULTS.withEviction());
            assertThat(allowed.enqueue(MAIL, "x").added()).isTrue();
            configure(redis, "maxmemory-policy", "noeviction");
            assertThat(jobs.enqueue(MAIL, "y").added()).isTrue();
        } finally {
            configure(redis, "maxmemory-policy", "noeviction");
            configure(redis, "maxmemory", "0");
        }
    }

    @Test
    void theCheckNamesEachMasterWithoutAnAppendOnlyFile(Redis redis) {
        configure(redis, "appendonly", "no");
        try (Keywright kw = Keywright.connect(redis.uri())) {
            assertThat(kw.check()).noneMatch(problem -> problem.what().contains("append-only"));
            JobQueue unused = kw.jobs("kept");
            long masters = redis.nodes().stream()
                    .filter(node -> node.info("role").equals("master"))
                    .count();
            assertThat(kw.check().stream().filter(problem -> problem.what().contains("append-only")))
                    .hasSize((int) masters)
                    .allSatisfy(problem -> assertThat(problem.fix()).contains("appendonly yes"));
            configure(redis, "appendonly", "yes");
            assertThat(kw.check()).noneMatch(problem -> problem.what().contains("append-only"));
        } finally {
            configure(redis, "appendonly", "no");
        }
    }
}
