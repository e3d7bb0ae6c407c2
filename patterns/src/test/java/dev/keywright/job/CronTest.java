package dev.keywright.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times that come again, and one job for each of them. */
class CronTest {

    private static final JobType<String> TICK = JobType.of("tick", Codecs.string());

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        * * * * *            | UTC           | 2026-01-01T00:00:00Z | 2026-01-01T00:01:00Z
        */10 * * * * *       | UTC           | 2026-01-01T00:00:05Z | 2026-01-01T00:00:10Z
        0 3 * * *            | UTC           | 2026-01-01T03:00:00Z | 2026-01-02T03:00:00Z
        0 3 * * MON-FRI      | UTC           | 2026-01-02T03:00:00Z | 2026-01-05T03:00:00Z
        0 0 29 2 *           | UTC           | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z
        0 0 13 * FRI         | UTC           | 2026-01-03T00:00:00Z | 2026-01-09T00:00:00Z
        15,45 8-10/2 * JAN 0 | UTC           | 2026-01-01T00:00:00Z | 2026-01-04T08:15:00Z
        0 0 * * 7            | UTC           | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z
        30 2 * * *           | Europe/Berlin | 2026-03-28T12:00:00Z | 2026-03-29T01:30:00Z
        30 2 * * *           | Europe/Berlin | 2026-03-29T01:30:00Z | 2026-03-30T00:30:00Z
        30 2 * * *           | Europe/Berlin | 2026-10-24T12:00:00Z | 2026-10-25T00:30:00Z
        30 2 * * *           | Europe/Berlin | 2026-10-25T00:30:00Z | 2026-10-26T01:30:00Z
        30 * * * *           | Europe/Berlin | 2026-10-25T00:30:00Z | 2026-10-25T01:30:00Z
        30 * * * *           | Europe/Berlin | 2026-10-25T01:30:00Z | 2026-10-25T02:30:00Z
        30 * * * *           | Europe/Berlin | 2026-03-29T00:30:00Z | 2026-03-29T01:30:00Z
        0 * * * *            | Asia/Kolkata  | 2026-01-01T00:00:00Z | 2026-01-01T00:30:00Z
        """)
    void theNextTime(String text, String zone, Instant from, Instant next) {
        assertThat(Cron.of(text, ZoneId.of(zone)).after(from)).contains(next);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * 31 2 *",
                "a * * * *",
                "5-1 * * * *",
                "*/0 * * * *",
                "* * * * 8",
                "1,, * * * *",
                "* * * FOO *"
            })
    void whatIsNoCronExpression(String text) {
        assertThatThrownBy(() -> Cron.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLastTimeBefore() {
        Cron daily = Cron.of("0 3 * * *");
        Instant until = Instant.parse("2026-05-05T02:00:00Z");
        assertThat(daily.last(Instant.parse("2026-01-01T00:00:00Z"), until))
                .contains(Instant.parse("2026-05-04T03:00:00Z"));
        assertThat(daily.last(Instant.parse("2026-05-04T03:00:00Z"), until)).isEmpty();
    }

    /** Q9: five nodes, each tick once. */
    @Test
    @WithRedis
    void q9_eachTickIsEnqueuedOnceAmongFiveProcesses(Standalone redis) {
        List<Keywright> nodes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            nodes.add(Keywright.connect(redis.uri()));
        }
        List<String> ticks = new CopyOnWriteArrayList<>();
        for (Keywright kw : nodes) {
            Schedule unused = kw.jobs("cron")
                    .schedule("each second", Cron.of("* * * * * *"), CatchUp.ALL, tick -> TICK.job(tick.toString()));
        }
        JobQueue jobs = nodes.get(0).jobs("cron");
        try (JobWorker worker =
                jobs.worker().threads(1).on(TICK, job -> ticks.add(job.value())).start()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> ticks.size() >= 4);
        }
        assertThat(new HashSet<>(ticks)).hasSameSizeAs(ticks);
        List<Instant> times = ticks.stream().map(Instant::parse).toList();
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i)).isEqualTo(times.get(i - 1).plusSeconds(1));
        }
        nodes.forEach(Keywright::close);
    }

    @Test
    @WithRedis
    void missedTimesAreMadeUpForAsSaid(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            for (CatchUp catchUp : CatchUp.values()) {
                String queue = "missed " + catchUp;
                long hourAgo = Long.parseLong(redis.command("TIME").split("\n")[0]) - 3_600;
                redis.command("HSET", "job:{" + queue + "}:locks", "ts", hourAgo + "000");
                JobQueue jobs = kw.jobs(queue);
                try (Schedule unused =
                        jobs.schedule("s", Cron.of("0 */10 * * * *"), catchUp, tick -> TICK.job(tick.toString()))) {
                    int least = catchUp == CatchUp.ALL ? 6 : catchUp == CatchUp.ONE ? 1 : 0;
                    await().until(() -> jobs.stats().ready() >= least);
                    await().during(Duration.ofMillis(200))
                            .until(() -> jobs.stats().ready() <= least + 1);
                }
            }
        }
    }
}
