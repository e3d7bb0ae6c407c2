package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.Keywright;
import dev.keywright.codec.Codecs;
import dev.keywright.job.CatchUp;
import dev.keywright.job.Cron;
import dev.keywright.job.JobOptions;
import dev.keywright.job.JobQueue;
import dev.keywright.job.JobState;
import dev.keywright.job.JobType;
import dev.keywright.job.JobWorker;
import dev.keywright.server.Cluster;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class JobsCommandTest {

    private static final JobType<String> MAIL = JobType.of("mail", Codecs.string());

    @Test
    void tellsStatesCausesSchedulesAndWorkers() throws IOException {
        try (Standalone server = Standalone.start();
                Keywright kw = Keywright.connect(server.uri())) {
            JobQueue mails = kw.jobs("mails {x}");
            mails.enqueue(MAIL.job("a secret").withDelay(Duration.ofHours(1)));
            mails.schedule("nightly", Cron.of("0 3 * * *", ZoneId.of("UTC")), CatchUp.ONE, at -> MAIL.job("n"));
            JobQueue cards = dead(kw, "cards", 3);
            await().until(() -> Call.of("jobs", server.uri(), "mails {x}", "--seconds", "0")
                    .out()
                    .contains("schedule nightly"));

            Call all = Call.of("jobs", server.uri(), "--seconds", "0.1");
            assertThat(all.status()).as(all.err()).isEqualTo(Main.UNPROVEN);
            assertThat(all.out())
                    .contains(
                            "2 job queues",
                            "mails {x}",
                            "later 1",
                            "dead 3",
                            "card refused",
                            "jobs-dead",
                            "each second")
                    .doesNotContain("secret");

            Call json = Call.of("jobs", server.uri(), "cards", "--seconds", "0", "--json");
            JsonNode report = new ObjectMapper().readTree(json.out());
            assertThat(report.path("schema").asText()).isEqualTo("keywright.jobs/1");
            assertThat(report.at("/queues/0/counts/dead").asLong()).isEqualTo(3);
            assertThat(report.at("/queues/0/causes/0/jobs").asLong()).isEqualTo(3);
            assertThat(cards.stats().dead()).isEqualTo(3);
        }
    }

    @Test
    void steersOnlyWhenToldSo() {
        try (Standalone server = Standalone.start();
                Keywright kw = Keywright.connect(server.uri())) {
            String uri = server.uri();
            JobQueue cards = dead(kw, "cards", 4);
            String id = cards.list(JobState.DEAD, 0, 1).get(0).id();

            assertThat(Call.of("jobs", uri, "cards", "--retry", id).out()).contains("would do 1", "--yes");
            assertThat(cards.stats().dead()).isEqualTo(4);
            assertThat(Call.of("jobs", uri, "cards", "--retry", id, "--yes").status())
                    .isZero();
            assertThat(Call.of("jobs", uri, "cards", "--retry", id, "--yes").err())
                    .contains("is ready and not dead");

            assertThat(Call.of("jobs", uri, "cards", "--redrive", "--cause", "no such", "--yes")
                            .out())
                    .contains("0 done of 0");
            assertThat(Call.of("jobs", uri, "cards", "--redrive", "--cause", "refused", "--most", "2", "--yes")
                            .out())
                    .contains("2 done");
            assertThat(cards.stats().dead()).isEqualTo(1);
            assertThat(Call.of("jobs", uri, "cards", "--purge", "dead", "--yes").out())
                    .contains("1 done of 1");
            assertThat(cards.stats().dead()).isZero();
            assertThat(Call.of("jobs", uri, "cards", "--purge", "ready", "--most", "2", "--yes")
                            .out())
                    .contains("2 done of 2");
            assertThat(cards.stats().ready()).isEqualTo(1);
            assertThat(Call.of(
                                    "jobs",
                                    uri,
                                    "cards",
                                    "--cancel",
                                    cards.list(JobState.READY, 0, 1).get(0).id(),
                                    "--yes")
                            .status())
                    .isZero();
            assertThat(cards.stats().open()).isZero();

            assertThat(Call.of("jobs", uri, "cards", "--pause").status()).isZero();
            assertThat(cards.stats().paused()).isFalse();
            assertThat(Call.of("jobs", uri, "cards", "--pause", "--yes").status())
                    .isZero();
            assertThat(cards.stats().paused()).isTrue();
            assertThat(Call.of("jobs", uri, "cards", "--seconds", "0").out()).contains("jobs-paused");
            assertThat(Call.of("jobs", uri, "cards", "--resume", "--yes").status())
                    .isZero();
            assertThat(cards.stats().paused()).isFalse();
        }
    }

    /** What the queue's own processes keep is theirs to decide. */
    @Test
    void steeringForgetsNothing() {
        try (Standalone server = Standalone.start();
                Keywright kw = Keywright.connect(server.uri())) {
            JobQueue cards = kw.jobs("cards", JobOptions.DEFAULTS.withDone(5_000_000, Duration.ofDays(3_000)));
            for (int i = 0; i < 1_100; i++) {
                cards.enqueue(MAIL.job("a"));
            }
            try (JobWorker worker = cards.worker().on(MAIL, job -> {}).start()) {
                await().until(() -> cards.stats().done() == 1_100);
            }
            String id = cards.enqueue(MAIL.job("b")).id();
            assertThat(Call.of("jobs", server.uri(), "cards", "--cancel", id, "--yes")
                            .status())
                    .isZero();
            assertThat(cards.stats().done()).isEqualTo(1_100);
        }
    }

    @Test
    void findsQueuesOfACluster() {
        try (Cluster cluster = Cluster.start(3);
                Keywright kw = Keywright.connect(cluster.uri())) {
            for (String name : new String[] {"a", "b", "c", "d"}) {
                kw.jobs(name).enqueue(MAIL.job("x"));
            }
            Call all = Call.of("jobs", cluster.uri(), "--seconds", "0");
            assertThat(all.status()).as(all.err()).isEqualTo(Main.UNPROVEN);
            assertThat(all.out()).contains("4 job queues", "jobs-no-worker");
            assertThat(Call.of("jobs", cluster.uri(), "b", "--purge", "ready", "--yes")
                            .out())
                    .contains("1 done of 1");
        }
    }

    @Test
    void saysWhatIsWrongWithTheCall() {
        try (Standalone server = Standalone.start();
                Keywright kw = Keywright.connect(server.uri())) {
            String uri = server.uri();
            assertThat(Call.of("jobs", uri).out()).contains("no job queue");
            assertThat(Call.of("jobs", uri, "none").err()).contains("There is no job queue none");
            assertThat(Call.of("jobs", uri, "--pause").status()).isEqualTo(Main.USAGE);
            assertThat(Call.of("jobs", uri, "q", "--pause", "--resume").err()).contains("Say one of");
            assertThat(Call.of("jobs", uri, "q", "--yes").status()).isEqualTo(Main.USAGE);
            assertThat(Call.of("jobs", uri, "--seconds", "61").status()).isEqualTo(Main.USAGE);

            kw.jobs("q").enqueue(MAIL.job("x"));
            assertThat(Call.of("jobs", uri, "q", "--list", "nonsense").err()).contains("There is no state 'nonsense'");
            assertThat(Call.of("jobs", uri, "q", "--purge", "done").status()).isEqualTo(Main.USAGE);
            assertThat(Call.of("jobs", uri, "q", "--list", "ready").out()).contains("1 ready", "attempt 0/10");
            server.command(
                    "ACL", "SETUSER", "min", "on", ">topsecret", "~*", "-@all", "+ping", "+info", "+role", "+scan");
            Call refused = Call.of("jobs", uri.replace("//", "//min:topsecret@"), "--seconds", "0");
            assertThat(refused.status()).isEqualTo(Main.FAILED);
            assertThat(refused.out()).contains("Allow +evalsha").doesNotContain("topsecret");
        }
    }

    private static JobQueue dead(Keywright kw, String name, int jobs) {
        JobQueue queue = kw.jobs(name, JobOptions.DEFAULTS.withAttempts(1));
        for (int i = 0; i < jobs; i++) {
            queue.enqueue(MAIL.job("a secret"));
        }
        try (JobWorker worker = queue.worker()
                .on(MAIL, job -> {
                    throw new IllegalStateException("card refused");
                })
                .start()) {
            await().until(() -> queue.stats().dead() == jobs);
        }
        return queue;
    }
}
