package dev.keywright.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.script.Installed.Outcome;
import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SR3: functions are installed on every master, only ever forwards, and called like scripts. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class FunctionLibraryTest {

    private static final Script BANK = Script.beside(FunctionLibraryTest.class, "bank.lua");

    private static List<Standalone> masters(Redis redis) {
        if (redis instanceof Cluster cluster) {
            return cluster.masters();
        }
        return redis instanceof Sentinel sentinel ? List.of(sentinel.primary()) : redis.nodes();
    }

    @AfterEach
    void forget(Redis redis) {
        masters(redis).forEach(master -> master.command("FUNCTION", "FLUSH"));
    }

    private static FunctionLibrary version(Connection connection, String version) {
        return FunctionLibrary.of(
                connection, Script.of("bank.lua", BANK.source().replace("VERSION 2", "VERSION " + version)));
    }

    private static List<Outcome> outcomes(List<Installed> installed) {
        return installed.stream().map(Installed::outcome).distinct().toList();
    }

    private static String stored(Standalone master) {
        return master.command("FUNCTION", "LIST", "LIBRARYNAME", "bank", "WITHCODE");
    }

    @Test
    void sr3_installsOnEveryMasterOnceAndUpgrades(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FunctionLibrary bank = kw.functions(FunctionLibraryTest.class, "bank.lua");
            assertThat(bank.install()).hasSize(masters(redis).size()).allMatch(each -> each.outcome() == Outcome.ADDED);
            assertThat(outcomes(bank.install())).containsExactly(Outcome.UNCHANGED);
            assertThat(version(kw.connection(), "2.1").install())
                    .allMatch(each -> each.outcome() == Outcome.REPLACED
                            && each.before().orElse("").equals("2"));
            assertThat(masters(redis))
                    .allSatisfy(master -> assertThat(stored(master)).contains("VERSION 2.1"));
        }
    }

    @Test
    void sr3_neverGoesBackSilently(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            version(kw.connection(), "10").install();
            FunctionLibrary older = version(kw.connection(), "9");
            assertThatThrownBy(older::install)
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("is there in version 10, newer than 9");
            assertThat(masters(redis))
                    .allSatisfy(master -> assertThat(stored(master)).contains("VERSION 10"));
            FunctionLibrary other = FunctionLibrary.of(
                    kw.connection(),
                    Script.of("bank.lua", BANK.source().replace("VERSION 2", "VERSION 10") + "-- other\n"));
            assertThatThrownBy(other::install).hasMessageContaining("in version 10 with another text");
            assertThat(outcomes(older.replace())).containsExactly(Outcome.REPLACED);
            assertThat(masters(redis))
                    .allSatisfy(master -> assertThat(stored(master)).contains("VERSION 9"));
        }
    }

    @Test
    void sr3_theNewestStaysWhenManyInstallAtOnce(Redis redis) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(6);
        try (Connection connection = Connection.open(redis.uri())) {
            List<Callable<String>> installs = new ArrayList<>();
            for (int i = 1; i <= 12; i++) {
                String version = Integer.toString(i);
                installs.add(() -> {
                    try {
                        version(connection, version).install();
                        return "installed";
                    } catch (KeywrightException.Misused newer) {
                        return String.valueOf(newer.getMessage());
                    }
                });
            }
            Collections.shuffle(installs, new Random(3));
            for (Future<String> future : pool.invokeAll(installs)) {
                assertThat(future.get()).matches("installed|.*newer than.*");
            }
            assertThat(masters(redis))
                    .allSatisfy(master -> assertThat(stored(master)).contains("VERSION 12"));
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void callsAreCheckedAndAnswered(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FunctionLibrary bank = kw.functions(FunctionLibraryTest.class, "bank.lua");
            bank.install();
            LibraryFunction payIn = bank.function("bank_pay_in");
            assertThat(payIn.keys("acc:1").arguments(5).number()).isEqualTo(5);
            assertThat(bank.reader("bank_balance").keys("acc:1").number()).isEqualTo(5);
            assertThatThrownBy(() -> payIn.keys("acc:1").arguments(-5))
                    .hasMessageContaining("bank.bank_pay_in got an ARGV[1] (amount) that is less than 1");
            assertThatThrownBy(() -> payIn.noKeys()).hasMessageContaining("takes 1 key (account) and got 0");
            assertThatThrownBy(() -> bank.function("bank_rob")).hasMessageContaining("declares no function 'bank_rob'");
            assertThat(bank.functions()).containsExactly("bank_pay_in", "bank_balance");
        }
    }

    @Test
    void x3_aMasterThatKnowsNothingGetsTheLibrary(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FunctionLibrary bank = kw.functions(FunctionLibraryTest.class, "bank.lua");
            for (int i = 0; i < 4; i++) {
                masters(redis).forEach(master -> master.command("FUNCTION", "FLUSH"));
                assertThat(bank.function("bank_pay_in")
                                .keys("new:" + i)
                                .arguments(7)
                                .number())
                        .isEqualTo(7);
                masters(redis).forEach(master -> master.command("FUNCTION", "FLUSH"));
                assertThat(bank.function("bank_pay_in")
                                .keys("new:" + i)
                                .arguments(7)
                                .send()
                                .toCompletableFuture()
                                .join()
                                .number())
                        .isEqualTo(14);
            }
        }
    }

    /** The install waits for the server, which takes no writes for a while; the call does not. */
    @Test
    @WithRedis(Topology.STANDALONE)
    void x8_anInstallThatTakesLongEndsTheCallAtItsDeadline(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            ScriptCall call = kw.functions(FunctionLibraryTest.class, "bank.lua")
                    .reader("bank_balance")
                    .keys("{bank}:ann")
                    .within(Duration.ofMillis(300));
            redis.command("CLIENT", "PAUSE", "3000", "WRITE");
            long start = System.nanoTime();
            assertThatThrownBy(call::number)
                    .isInstanceOfSatisfying(
                            KeywrightException.Unavailable.class,
                            e -> assertThat(e.outcomeUnknown()).isFalse())
                    .hasMessageContaining("not installed in time");
            assertThatThrownBy(() -> call.send().toCompletableFuture().join())
                    .hasCauseInstanceOf(KeywrightException.Unavailable.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(2_500));
            redis.command("CLIENT", "UNPAUSE");
            await().ignoreExceptions().until(() -> call.number() == 0);
        }
    }

    @Test
    void textsThatSayTooLittleAreRefused(Redis redis) {
        try (Connection connection = Connection.open(redis.uri())) {
            assertThatThrownBy(() -> FunctionLibrary.of(connection, Script.of("x.lua", "return 1")))
                    .hasMessageContaining("x.lua does not begin with #!lua name=...");
            assertThatThrownBy(() -> FunctionLibrary.of(connection, Script.of("x.lua", "#!lua name=x\n")))
                    .hasMessageContaining("no line VERSION");
            assertThatThrownBy(() ->
                            FunctionLibrary.of(connection, Script.of("x.lua", "#!lua name=x\n--[[\nVERSION 1\n]]")))
                    .hasMessageContaining("FUNCTION");
            FunctionLibrary broken = FunctionLibrary.of(
                    connection,
                    Script.of(
                            "x.lua",
                            "#!lua name=x\n--[[\nVERSION 1\nFUNCTION f\nKEYS none\nARGV none\nREPLY 1\n]]\nnot lua"));
            assertThatThrownBy(broken::install)
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("FUNCTION LOAD x");
        }
    }

    @Test
    void versionsAreComparedNumberByNumber() {
        assertThat(new LibraryVersion("1.10")).isGreaterThan(new LibraryVersion("1.9"));
        assertThat(new LibraryVersion("2")).isEqualByComparingTo(new LibraryVersion("2.0"));
        assertThat(new LibraryVersion("2.0.1")).isGreaterThan(new LibraryVersion("2"));
    }
}
