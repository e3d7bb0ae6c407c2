package dev.keywright.testing;

import static dev.keywright.server.Topology.CLUSTER;
import static dev.keywright.server.Topology.STANDALONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs classes of tests in a session of their own and looks at what they met. */
class SharingTest {

    /** The server of each test, in the order they ran. */
    private static final List<Standalone> MET = Collections.synchronizedList(new ArrayList<>());

    private static final CountDownLatch[] TOGETHER = {new CountDownLatch(2)};

    @BeforeEach
    void forget() {
        MET.clear();
        TOGETHER[0] = new CountDownLatch(2);
    }

    @WithRedis
    static class First {
        @Test
        void one(Standalone redis) {
            MET.add(redis);
        }

        @Test
        void two(Standalone redis) {
            MET.add(redis);
        }
    }

    @WithRedis
    static class Second {
        @Test
        void one(Standalone redis) {
            MET.add(redis);
        }
    }

    @WithRedis(fresh = true)
    static class Fresh {
        @Test
        void one(Standalone redis) {
            MET.add(redis);
        }

        @Test
        void two(Standalone redis) {
            MET.add(redis);
        }
    }

    @WithRedis(fresh = true)
    static class FreshForTheClass {
        @BeforeAll
        static void prepare(Standalone redis) {
            MET.add(redis);
        }

        @Test
        void one(Standalone redis) {
            MET.add(redis);
        }

        @Test
        void two(Standalone redis) {
            MET.add(redis);
        }
    }

    @WithRedis
    static class Meeting {
        @Test
        void meetsTheOther(Standalone redis) throws InterruptedException {
            redis.command("SET", "mine", "1");
            MET.add(redis);
            TOGETHER[0].countDown();
            assertThat(TOGETHER[0].await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(redis.command("GET", "mine")).isEqualTo("1");
        }
    }

    @WithRedis({STANDALONE, CLUSTER})
    static class Failing {
        @Test
        void fails(Redis redis) {
            throw new AssertionError("meant to fail");
        }
    }

    @WithRedis(CLUSTER)
    static class WrongType {
        @Test
        void takesAStandalone(Standalone redis) {
            MET.add(redis);
        }
    }

    @WithRedis({STANDALONE, CLUSTER})
    static class SeveralInBeforeAll {
        @BeforeAll
        static void prepare(Redis redis) {
            MET.clear();
        }

        @Test
        void one() {
            MET.clear();
        }
    }

    static class SeveralOnATest {
        @Test
        @WithRedis({STANDALONE, CLUSTER})
        void cannotRunTwice(Redis redis) {
            MET.clear();
        }
    }

    @Test
    void testsOfOneKindShareAServerAcrossClassesAndItEndsWithTheSession() {
        Run run = run(First.class, Second.class);

        assertThat(run.failures()).isEmpty();
        assertThat(MET).hasSize(3).allMatch(redis -> redis == MET.get(0)).noneMatch(Standalone::isRunning);
    }

    @Test
    void aFreshServerIsForOneTestAndClosedAfterIt() {
        Run run = run(Fresh.class);

        assertThat(run.failures()).isEmpty();
        assertThat(MET).hasSize(2).doesNotHaveDuplicates().noneMatch(Standalone::isRunning);
    }

    @Test
    void aFreshServerOfBeforeAllIsForTheClass() {
        Run run = run(FreshForTheClass.class);

        assertThat(run.failures()).isEmpty();
        assertThat(MET).hasSize(3).allMatch(redis -> redis == MET.get(0)).noneMatch(Standalone::isRunning);
    }

    /** In threads of our own: JUnit may run concurrent tests at the same time, but does not promise it. */
    @Test
    void testsThatRunAtTheSameTimeEachGetTheirOwn() throws Exception {
        Run run = new Run();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (LauncherSession session = LauncherFactory.openSession()) {
            Callable<@Nullable Void> oneOfTwo = () -> {
                run.in(session, Meeting.class);
                return null;
            };
            for (Future<?> done : threads.invokeAll(List.of(oneOfTwo, oneOfTwo))) {
                done.get();
            }
        } finally {
            threads.shutdown();
        }

        assertThat(run.failures()).isEmpty();
        assertThat(MET).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aFailureNamesTheTopologyAndShowsTheLog() {
        Run run = run(Failing.class);

        assertThat(run.names()).contains("on STANDALONE", "on CLUSTER");
        assertThat(run.failures())
                .hasSize(2)
                .allSatisfy(failure ->
                        assertThat(failure).isInstanceOf(AssertionError.class).hasMessage("meant to fail"));
        assertThat(run.failures().get(0).getSuppressed()[0])
                .hasMessageContaining("on STANDALONE redis://127.0.0.1:")
                .hasMessageContaining("==> log of redis://127.0.0.1:")
                .hasMessageContaining("Ready to accept connections");
        assertThat(run.failures().get(1).getSuppressed()[0])
                .hasMessageContaining("on CLUSTER redis-cluster://127.0.0.1:")
                .hasMessageContaining("Cluster state changed: ok");
    }

    @Test
    void mistakesAreExplained() {
        assertThat(run(WrongType.class).failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .hasMessage(
                                "The test runs on CLUSTER, which is no Standalone (takesAStandalone). Take a Redis, or name"
                                        + " the topology in @WithRedis."));
        assertThat(run(SeveralOnATest.class).failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .hasMessageStartingWith("A @Test runs on one topology, and @WithRedis names 2"));
        assertThat(run(SeveralInBeforeAll.class).failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .hasMessageContaining("This runs once for all topologies, and @WithRedis names 2"));
    }

    private record Run(List<String> names, List<Throwable> failures) implements TestExecutionListener {

        Run() {
            this(Collections.synchronizedList(new ArrayList<>()), Collections.synchronizedList(new ArrayList<>()));
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            names.add(test.getDisplayName());
            result.getThrowable().ifPresent(failures::add);
        }

        void in(LauncherSession session, Class<?>... classes) {
            LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
            for (Class<?> one : classes) {
                request.selectors(selectClass(one));
            }
            session.getLauncher().execute(request.build(), this);
        }
    }

    private static Run run(Class<?>... classes) {
        Run run = new Run();
        try (LauncherSession session = LauncherFactory.openSession()) {
            run.in(session, classes);
        }
        return run;
    }
}
