package dev.keywright.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Reply;
import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.Sentinel;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** SR1, X3: calls are checked before they are sent, and run on every topology whatever the nodes have forgotten. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class CheckedScriptTest {

    @Test
    void runsAndReadsTheAnswer(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CheckedScript transfer = kw.script(CheckedScriptTest.class, "transfer.lua");
            redis.command("SET", "{bank}:ann", "100");
            assertThat(transfer.keys("{bank}:ann", "{bank}:bob").arguments(30).number())
                    .isEqualTo(70);
            Reply poor =
                    transfer.keys("{bank}:ann", "{bank}:bob").arguments(500).call();
            assertThat(poor).isEqualTo(new Reply.Failure("POOR the account has too little"));
            assertThatThrownBy(() -> transfer.keys("{bank}:ann", "{bank}:bob")
                            .arguments(500)
                            .number())
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("POOR the account has too little (transfer.lua)");
            assertThat(kw.script(CheckedScriptTest.class, "balances.lua")
                            .keys("{bank}:ann", "{bank}:bob", "{bank}:eve")
                            .numbers())
                    .containsExactly(70L, 30L, 0L);
            assertThat(transfer.version()).isEqualTo("3");
            assertThat(kw.script(CheckedScriptTest.class, "balances.lua").version())
                    .matches("[0-9a-f]{8}");
        }
    }

    @Test
    void writesArgumentsAsTheHeaderSaysThem(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CheckedScript remember = kw.script(CheckedScriptTest.class, "remember.lua");
            assertThat(remember.keys("note")
                            .arguments(Duration.ofMinutes(1), "calm", "hello")
                            .text())
                    .isEmpty();
            assertThat(redis.command("GET", "note")).isEqualTo("calm:hello:");
            assertThat(Long.parseLong(redis.command("PTTL", "note"))).isBetween(30_000L, 60_000L);
            assertThat(remember.keys("note".getBytes(UTF_8))
                            .arguments(5_000L, "loud".getBytes(UTF_8), "hé", new BigDecimal("1.50"))
                            .text())
                    .contains("calm:hello:");
            assertThat(redis.command("GET", "note")).isEqualTo("loud:hé:1.50");
        }
    }

    @Test
    void sr1_refusesWhatTheHeaderDoesNotDeclareBeforeAnythingIsSent(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CheckedScript remember = kw.script(CheckedScriptTest.class, "remember.lua");
            CheckedScript transfer = kw.script(CheckedScriptTest.class, "transfer.lua");
            long before = kw.connection().counters().calls();
            refused(() -> transfer.keys("{bank}:ann"), "transfer.lua takes 2 keys (from, to) and got 1.");
            refused(() -> transfer.keys("{a}", "{a}1", "{a}2"), "takes 2 keys (from, to) and got 3");
            refused(() -> transfer.keys("ann", "bob"), "KEYS[1] and KEYS[2] do not share one");
            ScriptCall call = transfer.keys("{bank}:ann", "{bank}:bob");
            refused(call::call, "takes 1 arguments (amount) and got 0");
            refused(() -> call.arguments(1, 2), "takes 1 arguments (amount) and got 2");
            for (Object bad : List.of(0, -1, 1_000_001, "1.5", "abc", "", "1e3", 1.5, " 1", Duration.ofSeconds(1))) {
                refused(() -> call.arguments(bad), "ARGV[1] (amount)");
            }
            refused(() -> call.arguments((Object) null), "ARGV[1] (amount) that is a null");
            refused(
                    () -> call.arguments("hunter2"),
                    "is not a whole number. Its header says: a whole number, 1 to 1000000.");
            assertThatThrownBy(() -> call.arguments("hunter2")).message().doesNotContain("hunter2");
            ScriptCall note = remember.keys("note");
            refused(() -> note.arguments(Duration.ofNanos(1_500_000), "calm", "x"), "ARGV[1] (lease)");
            refused(() -> note.arguments(1, "angry", "x"), "is none of calm, loud");
            refused(() -> note.arguments(1, "calm", ""), "is less than 1 bytes");
            refused(() -> note.arguments(1, "calm", "x".repeat(21)), "is more than 20 bytes");
            refused(() -> note.arguments(1, "calm", new byte[] {(byte) 0xff}), "is no text in UTF-8");
            refused(() -> note.arguments(1, "calm", "x", Double.NaN), "ARGV[4] (price)");
            assertThat(kw.connection().counters().calls()).isEqualTo(before);
        }
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(KeywrightException.Misused.class).hasMessageContaining(message);
    }

    @Test
    void x3_runsOnNodesThatForgetBeforeEveryCall(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CheckedScript transfer = kw.script(CheckedScriptTest.class, "transfer.lua");
            CheckedScript balances = kw.script(CheckedScriptTest.class, "balances.lua");
            for (int i = 0; i < 10; i++) {
                String ann = "{bank" + i + "}:ann";
                redis.command("SET", ann, "9");
                forget(redis);
                assertThat(transfer.keys(ann, "{bank" + i + "}:bob")
                                .arguments(4)
                                .number())
                        .isEqualTo(5);
                forget(redis);
                assertThat(balances.keys(ann)
                                .send()
                                .toCompletableFuture()
                                .join()
                                .items()
                                .get(0)
                                .number())
                        .isEqualTo(5);
            }
        }
    }

    private static void forget(Redis redis) {
        redis.nodes().forEach(node -> node.command("SCRIPT", "FLUSH"));
    }

    @Test
    void x3_manyAtOnceAreAllAnsweredWhileTheNodesForget(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CheckedScript transfer = kw.script(CheckedScriptTest.class, "transfer.lua");
            redis.command("SET", "{bank}:ann", "1000");
            List<CompletableFuture<Reply>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(transfer.keys("{bank}:ann", "{bank}:bob")
                        .arguments(1)
                        .send()
                        .toCompletableFuture());
                if (i % 50 == 0) {
                    forget(redis);
                }
            }
            assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isInstanceOf(Reply.Whole.class));
            assertThat(redis.command("GET", "{bank}:bob")).isEqualTo("200");
        }
    }

    @Test
    void x3_runsOnANewMaster(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CheckedScript balances = kw.script(CheckedScriptTest.class, "balances.lua");
            assertThat(balances.keys("{bank}:ann").numbers()).hasSize(1);
            if (redis instanceof Sentinel sentinel) {
                sentinel.failover();
            } else {
                redis.nodes().forEach(Standalone::restart);
            }
            if (redis instanceof Cluster cluster) {
                cluster.awaitAgreement();
            }
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> balances.keys("{bank}:ann").numbers().size() == 1);
        }
    }

    @Test
    void aCallFromSeveralSlotsIsRefusedOnEveryTopology(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CheckedScript balances = kw.script(CheckedScriptTest.class, "balances.lua");
            refused(() -> balances.keys("ann", "bob"), "a Cluster refuses that");
        }
    }

    @Test
    void slotsAreThoseOfRedis() {
        for (String key : Arrays.asList("a", "{b}c", "{}x", "x{y}{z}", "{", "a}b{c}", "ключ", "")) {
            assertThat(HashSlot.of(key)).as(key).isEqualTo(Cluster.slotOf(key));
        }
    }
}
