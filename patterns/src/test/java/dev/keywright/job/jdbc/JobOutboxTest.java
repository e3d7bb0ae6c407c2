package dev.keywright.job.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.codec.Codecs;
import dev.keywright.job.JobOptions;
import dev.keywright.job.JobQueue;
import dev.keywright.job.JobType;
import dev.keywright.job.JobWorker;
import dev.keywright.server.Standalone;
import dev.keywright.testing.WithRedis;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** Jobs come when the transaction commits, and only then. */
@WithRedis
class JobOutboxTest {

    private static final JobType<String> MAIL = JobType.of("mail", Codecs.string());

    private static JdbcDataSource database(String name) throws SQLException {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(JobOutbox.ddl(JobOutbox.Database.H2, "job_outbox"));
        }
        return source;
    }

    @Test
    void jobsOfCommittedTransactionsComeInOrderAndOthersDoNot(Standalone redis) throws SQLException {
        JdbcDataSource source = database("outbox");
        List<String> done = new CopyOnWriteArrayList<>();
        try (Keywright kw = Keywright.connect(redis.uri());
                Connection connection = source.getConnection()) {
            JobQueue jobs = kw.jobs("outbox");
            try (JobOutbox outbox = new JobOutbox(source, "job_outbox", jobs);
                    JobWorker worker = jobs.worker()
                            .threads(1)
                            .on(MAIL, job -> done.add(job.value()))
                            .start()) {
                connection.setAutoCommit(false);
                for (int i = 0; i < 150; i++) {
                    String unused =
                            outbox.add(connection, jobs, MAIL.job("v" + i).withKey("k"));
                }
                assertThat(outbox.bring()).isZero();
                connection.commit();
                String unused = outbox.add(connection, jobs, MAIL.job("rolled back"));
                connection.rollback();
                assertThat(outbox.bring()).isEqualTo(150);
                assertThat(outbox.bring()).isZero();
                await().until(() -> done.size() == 150);
                assertThat(done).startsWith("v0", "v1", "v2").endsWith("v149").doesNotContain("rolled back");

                outbox.start(Duration.ofMillis(20));
                String id = outbox.add(connection, jobs, MAIL.job("later"));
                connection.commit();
                await().until(() -> done.contains("later"));
                assertThat(jobs.find(id)).isPresent();
            }
        }
    }

    /** On a database of its own, as those tests do that must hold on every one. */
    static void comesOnceAndInOrder(DataSource source, Keywright kw) throws SQLException {
        List<String> done = new CopyOnWriteArrayList<>();
        JobQueue full = kw.jobs("full", JobOptions.DEFAULTS.withMaxWaiting(1));
        JobQueue forgetful =
                kw.jobs("forgetful", JobOptions.DEFAULTS.withMaxWaiting(50).withDone(0, Duration.ofHours(1)));
        var unusedJob = full.enqueue(MAIL, "fills it");
        try (JobOutbox one = new JobOutbox(source, "job_outbox", full, forgetful);
                JobOutbox two = new JobOutbox(source, "job_outbox", full, forgetful);
                Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            String unused = one.add(connection, full, MAIL.job("waits"));
            for (int i = 0; i < 120; i++) {
                unused = one.add(connection, forgetful, MAIL.job("v" + i).withKey("k"));
            }
            connection.commit();
            spoil(connection);
            unused = one.add(connection, forgetful, MAIL.job("v120").withKey("k"));
            connection.commit();
            one.start(Duration.ofMillis(20));
            two.start(Duration.ofMillis(20));
            try (JobWorker worker = forgetful
                    .worker()
                    .threads(1)
                    .on(MAIL, job -> done.add(job.value()))
                    .start()) {
                await().atMost(Duration.ofSeconds(60)).until(() -> done.contains("v120"));
            }
            assertThat(done)
                    .isEqualTo(
                            IntStream.rangeClosed(0, 120).mapToObj(i -> "v" + i).toList());
            await().until(() -> one.failure().isPresent());
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT queue FROM job_outbox ORDER BY queue")) {
                List<String> left = new ArrayList<>();
                while (rows.next()) {
                    left.add(rows.getString(1));
                }
                assertThat(left).containsExactlyInAnyOrder("!unreadable", "full");
            }
        }
    }

    private static void spoil(Connection connection) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO job_outbox (id, queue, job, place) VALUES (?, ?, ?, ?)")) {
            insert.setString(1, "spoilt");
            insert.setString(2, "forgetful");
            insert.setBytes(3, new byte[] {0});
            insert.setLong(4, 1_000);
            int unused = insert.executeUpdate();
        }
        connection.commit();
    }

    @Test
    void aFullQueueAndAnUnreadableRowKeepNoOtherJobsAway(Standalone redis) throws SQLException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            comesOnceAndInOrder(database("faults"), kw);
        }
    }

    @Test
    void withRedisAwayTheRowsStay(Standalone redis) throws SQLException {
        JdbcDataSource source = database("away");
        try (Keywright kw = Keywright.connect(redis.uri() + "?timeout=300ms");
                Connection connection = source.getConnection()) {
            JobQueue jobs = kw.jobs("away");
            try (JobOutbox outbox = new JobOutbox(source, "job_outbox", jobs)) {
                String id = outbox.add(connection, jobs, MAIL.job("x"));
                redis.freeze();
                assertThatThrownBy(outbox::bring).isInstanceOf(KeywrightException.Unavailable.class);
                redis.thaw();
                await().ignoreExceptions().until(() -> outbox.bring() == 1);
                assertThat(jobs.find(id)).isPresent();
                assertThat(jobs.stats().totalEnqueued()).isEqualTo(1); // it had arrived at the first try
            }
            assertThatThrownBy(() -> new JobOutbox(source, "job outbox", jobs))
                    .isInstanceOf(KeywrightException.Misused.class);
        }
    }
}
