package dev.keywright.ops.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.keywright.ops.analysis.ByteString;
import dev.keywright.ops.analysis.Encoding;
import dev.keywright.ops.analysis.Key;
import dev.keywright.ops.analysis.KeyType;
import dev.keywright.ops.analysis.Shape;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LiveScanTest {

    @Test
    void tellsEveryKeyOnceWithWhatTheServerSaysOfIt() {
        try (Standalone server = Standalone.start()) {
            Filling.mixed(server, 3000);
            Collected collected = new Collected();
            ScanOutcome outcome = collected.by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS));

            List<Key> keys = collected.of(outcome);
            assertThat(outcome.complete()).isTrue();
            assertThat(keys).hasSize(3000);
            assertThat(new HashSet<>(collected.names(outcome))).hasSize(3000);
            assertThat(keys.stream().collect(Collectors.groupingBy(Key::type, Collectors.counting())))
                    .containsAllEntriesOf(Map.of(
                            KeyType.STRING, 1500L,
                            KeyType.HASH, 300L,
                            KeyType.SET, 300L,
                            KeyType.ZSET, 300L,
                            KeyType.LIST, 300L,
                            KeyType.STREAM, 300L));
            for (int i = 0; i < keys.size(); i += 171) {
                Key key = keys.get(i);
                String name = key.name().toString();
                assertThat(key.bytes()).as(name).isEqualTo(Long.parseLong(server.command("MEMORY", "USAGE", name)));
                assertThat(key.encoding().name()).isEqualToIgnoringCase(server.command("OBJECT", "ENCODING", name));
                assertThat(key.expires()).isEqualTo(name.startsWith("session:"));
                assertThat(key.idleSeconds()).as(name).isBetween(-1L, 300L);
            }
            ShardOutcome shard = outcome.shards().get(0);
            assertThat(shard.bytes())
                    .isEqualTo(new Interval(keys.stream().mapToLong(Key::bytes).sum(), 0));
            assertThat(shard.losses()).isEqualTo(new ShardOutcome.Losses(0, 0, 0, 0));
            assertThat(collected.progress()).last().satisfies(last -> {
                assertThat(last.keys()).isEqualTo(3000);
                assertThat(last.names()).isEqualTo(3000);
            });
        }
    }

    @Test
    void asksForTheTypeOnlyWhereTheEncodingDoesNotTellIt() {
        try (Standalone server = Standalone.start()) {
            List<String[]> commands = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                commands.add(new String[] {"SET", "text:" + i, "short"});
                commands.add(new String[] {"HSET", "hash:large", "field:" + i, "x"});
                commands.add(new String[] {"SADD", "set:large", "member:" + i});
                commands.add(new String[] {"ZADD", "zset:large", "1", "member:" + i});
            }
            commands.add(new String[] {"SET", "string:raw", "y".repeat(100)});
            commands.add(new String[] {"SET", "string:int", "7"});
            commands.add(new String[] {"HSET", "hash:small", "field", "x"});
            commands.add(new String[] {"SADD", "set:integers", "1"});
            commands.add(new String[] {"SADD", "set:small", "member"});
            commands.add(new String[] {"ZADD", "zset:small", "1", "member"});
            commands.add(new String[] {"RPUSH", "list:small", "x"});
            commands.add(new String[] {"RPUSH", "list:large", "x".repeat(9000), "x".repeat(9000)});
            commands.add(new String[] {"XADD", "stream:one", "*", "field", "x"});
            commands.add(new String[] {"PFADD", "string:log", "x"});
            Filling.send(server, commands);
            server.command("CONFIG", "RESETSTAT");
            Collected collected = new Collected();
            List<Key> keys = collected.of(collected.by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS)));

            assertThat(keys)
                    .hasSize(613)
                    .filteredOn(key -> !key.name().toString().startsWith("text:"))
                    .hasSize(13)
                    .allSatisfy(key -> {
                        String name = key.name().toString();
                        assertThat(name).startsWith(key.type().name().toLowerCase(Locale.ROOT) + ":");
                        assertThat(key.encoding().name())
                                .isEqualToIgnoringCase(server.command("OBJECT", "ENCODING", name));
                    });
            Matcher asked =
                    Pattern.compile("cmdstat_type:calls=(\\d+)").matcher(server.command("INFO", "commandstats"));
            assertThat(asked.find()).isTrue();
            assertThat(Integer.parseInt(asked.group(1))).isLessThan(14);
        }
    }

    @Test
    void whatOneEncodingTellsOfTypes() {
        Draft draft = new Draft(new byte[] {'k'}, 1);
        draft.encoding = Encoding.RAW;
        assertThat(draft.typed(false)).as("a module's value is raw as well").isFalse();
        assertThat(draft.typed(true)).isTrue();
        assertThat(draft.type).isEqualTo(KeyType.STRING);
        draft.encoding = Encoding.HASHTABLE;
        assertThat(draft.typed(true)).isFalse();
        assertThat(draft.typeFits()).as("a string was put in place of a hash").isFalse();
        draft.type = KeyType.SET;
        assertThat(draft.typeFits()).isTrue();
    }

    @Test
    void typesAreAskedForWhereEncodingsAreRefusedAndNeededOnlyWhereNoEncodingTells() {
        ServerOptions options = ServerOptions.DEFAULTS
                .withUser("unencoded", "s3cret", "~*", "+scan", "+type", "+memory|usage", "+pttl", "+info")
                .withUser("untyped", "s3cret", "~*", "+scan", "+memory|usage", "+object|encoding", "+pttl", "+info");
        try (Standalone server = Standalone.start(options)) {
            server.command("SET", "text", "short");
            Collected strings = new Collected();
            ScanOutcome untyped = strings.by(LiveScan.of(as(server, "untyped:s3cret"), ScanOptions.DEFAULTS));
            assertThat(untyped.complete()).isTrue();
            assertThat(strings.of(untyped)).extracting(Key::type).containsExactly(KeyType.STRING);

            Filling.mixed(server, 1000);
            Collected collected = new Collected();
            ScanOutcome outcome = collected.by(LiveScan.of(as(server, "unencoded:s3cret"), ScanOptions.DEFAULTS));
            assertThat(collected.of(outcome).stream().collect(Collectors.groupingBy(Key::type, Collectors.counting())))
                    .containsEntry(KeyType.STRING, 501L)
                    .containsEntry(KeyType.HASH, 100L)
                    .containsEntry(KeyType.STREAM, 100L);

            ScanOutcome stuck = new Collected().by(LiveScan.of(as(server, "untyped:s3cret"), ScanOptions.DEFAULTS));
            assertThat(stuck.shards().get(0).stopped())
                    .hasValueSatisfying(why -> assertThat(why).contains("+type"));
        }
    }

    @Test
    void partsOfTheServersMemoryAndTheKeysAddUpToWhatItUses() {
        try (Standalone server = Standalone.start()) {
            Filling.mixed(server, 20_000);
            ShardOutcome shard = new Collected()
                    .by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS))
                    .shards()
                    .get(0);
            ServerFacts facts = shard.facts();
            double explained = shard.bytes().value()
                    + facts.parts().stream().mapToLong(ServerFacts.Part::bytes).sum();
            assertThat(facts.parts()).extracting(ServerFacts.Part::name).contains("key table of database 0");
            assertThat(explained / facts.usedMemoryBytes()).isCloseTo(1, within(0.03));
        }
    }

    @Test
    void readsAllDatabasesAndNamesOfAnyBytes() {
        try (Standalone server = Standalone.start()) {
            Filling.send(
                    server,
                    List.of(
                            new String[] {"SET", "two\nlines", "1"},
                            new String[] {"SET", "", "no name"},
                            new String[] {"SET", "\u0000\u0001 *3\r\n$", "x"},
                            new String[] {"SELECT", "7"},
                            new String[] {"SET", "seventh", "x"},
                            new String[] {"SELECT", "15"},
                            new String[] {"SET", "last", "x"}));
            Collected collected = new Collected();
            ScanOutcome outcome = collected.by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS));
            assertThat(collected.names(outcome))
                    .containsExactlyInAnyOrder("0:two\\nlines", "0:", "0:\\x00\\x01 *3\\r\\n$", "7:seventh", "15:last");

            ScanOutcome one = collected.by(LiveScan.of(server.uri() + "/7", ScanOptions.DEFAULTS));
            assertThat(one.shards().get(0).databases()).containsExactly(new ShardOutcome.DatabaseCount(7, 1, 1, 1));
        }
    }

    @Test
    void looksAtValuesWithoutReadingAGiantWhole() {
        try (Standalone server = Standalone.start()) {
            List<String[]> commands = new ArrayList<>();
            for (int i = 0; i < 30_000; i++) {
                commands.add(new String[] {"HSET", "giant", "field:" + i, Integer.toString(i)});
            }
            commands.add(new String[] {"SET", "text", "y".repeat(100_000)});
            commands.add(new String[] {"SET", "number", "12345"});
            commands.add(new String[] {"RPUSH", "list", "12", "007", "-3", "text"});
            commands.add(new String[] {"ZADD", "scores", "2.5", "member"});
            commands.add(new String[] {"XADD", "stream", "1-1", "kind", "click", "n", "5"});
            Filling.send(server, commands);
            Collected collected = new Collected();
            ScanOutcome outcome = collected.by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS));
            Map<String, Key> keys = collected.of(outcome).stream()
                    .collect(Collectors.toMap(key -> key.name().toString(), key -> key));

            Key giant = keys.get("giant");
            double truth = Double.parseDouble(server.command("MEMORY", "USAGE", "giant", "SAMPLES", "0"));
            assertThat(giant.bytes() / truth).isCloseTo(1, within(0.02));
            assertThat(giant.elements()).isEqualTo(30_000);
            assertThat(giant.encoding()).isEqualTo(Encoding.HASHTABLE);
            assertThat(giant.shape().elements()).isEqualTo(8);
            assertThat(giant.shape().integers()).isEqualTo(8);
            assertThat(giant.shape().fieldNameBytes()).isBetween(7L * 8, 11L * 8);

            assertThat(keys.get("text").elements()).isEqualTo(100_000);
            assertThat(keys.get("text").shape().head().length()).isEqualTo(Shape.HEAD_BYTES);
            assertThat(keys.get("number").shape())
                    .isEqualTo(new Shape(1, 5, 0, 5, 1, Double.NaN, ByteString.of("12345")));
            assertThat(keys.get("list").shape()).isEqualTo(new Shape(4, 11, 0, 4, 2, Double.NaN, ByteString.of("12")));
            assertThat(keys.get("scores").shape()).isEqualTo(new Shape(1, 6, 0, 6, 0, 2.5, ByteString.of("member")));
            assertThat(keys.get("stream").shape())
                    .isEqualTo(new Shape(1, 11, 0, 5, 1, Double.NaN, ByteString.of("click")));
        }
    }

    @Test
    void factsAloneLeaveIdleTimesAsTheyAre() {
        try (Standalone server = Standalone.start()) {
            Filling.mixed(server, 500);
            long since = System.nanoTime();
            await().until(() -> !server.command("OBJECT", "IDLETIME", "page:4").equals("0"));
            ScanOutcome facts =
                    new Collected().by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS.withDepth(Depth.FACTS)));
            assertThat(facts.shards().get(0).touched()).isZero();
            assertThat(server.command("OBJECT", "IDLETIME", "page:4")).isNotEqualTo("0");

            ScanOutcome counts =
                    new Collected().by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS.withDepth(Depth.COUNTS)));
            ShardOutcome shard = counts.shards().get(0);
            if (shard.touched() > 0) { // a server without CLIENT NO-TOUCH
                assertThat(shard.touched()).isEqualTo(500);
                assertThat(shard.notes()).anyMatch(note -> note.contains("reset their idle time"));
            } else {
                assertThat(server.command("OBJECT", "IDLETIME", "page:4")).isNotEqualTo("0");
            }
            assertThat(System.nanoTime()).isGreaterThan(since);
        }
    }

    @Test
    void takesFrequenciesWhereTheServerCountsUse() {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS
                .withDirective("maxmemory", "1gb")
                .withDirective("maxmemory-policy", "allkeys-lfu"))) {
            Filling.mixed(server, 100);
            Collected collected = new Collected();
            List<Key> keys = collected.of(collected.by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS)));
            assertThat(keys).hasSize(100).allSatisfy(key -> {
                assertThat(key.frequency()).isBetween(0, 255);
                assertThat(key.idleSeconds()).isEqualTo(Key.UNKNOWN);
            });
        }
    }

    @Test
    void skipsAndCountsKeysThatVanish() {
        try (Standalone server = Standalone.start()) {
            Filling.mixed(server, 3000);
            Collected collected = Collected.atKey(1, () -> server.command("FLUSHDB"));
            ScanOutcome outcome = collected.by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS));
            ShardOutcome shard = outcome.shards().get(0);
            assertThat(outcome.complete()).isTrue();
            assertThat(shard.databases().get(0).read())
                    .isEqualTo(collected.of(outcome).size());
            assertThat(shard.losses().vanished() + shard.databases().get(0).read())
                    .isEqualTo(shard.databases().get(0).names());
        }
    }

    @Test
    void namesThatScanRepeatAreToldOnce() {
        RecentNames recent = new RecentNames();
        for (long hash = 1; hash < 50_000; hash++) {
            assertThat(recent.add(hash)).isTrue();
            assertThat(recent.add(Math.max(1, hash - 8000))).isFalse();
        }
    }

    @Test
    void aMinimalUserGetsTheFactsAndEachMissingRightIsSaidOnce() {
        ServerOptions options = ServerOptions.DEFAULTS
                .withUser(
                        "scanner",
                        "s3cret",
                        "~*",
                        "+scan",
                        "+type",
                        "+memory|usage",
                        "+object|encoding",
                        "+object|idletime",
                        "+pttl",
                        "+info",
                        "+dbsize",
                        "+ping")
                .withUser("least", "s3cret", "~*", "+scan", "+type")
                .withUser("half", "s3cret", "~session:*", "+scan", "+type", "+object|encoding", "+pttl", "+info");
        try (Standalone server = Standalone.start(options)) {
            Filling.mixed(server, 300);
            Collected collected = new Collected();
            ScanOutcome outcome = collected.by(LiveScan.of(as(server, "scanner:s3cret"), ScanOptions.DEFAULTS));
            assertThat(outcome.complete()).isTrue();
            assertThat(collected.of(outcome))
                    .hasSize(300)
                    .allSatisfy(key -> assertThat(key.bytes()).isPositive());
            assertThat(outcome.shards().get(0).notes()).anyMatch(note -> note.contains("+hlen"));

            ScanOutcome half = collected.by(LiveScan.of(as(server, "half:s3cret"), ScanOptions.DEFAULTS));
            ShardOutcome shard = half.shards().get(0);
            assertThat(shard.losses().denied()).isEqualTo(210);
            assertThat(shard.databases().get(0).read()).isEqualTo(90);
            assertThat(shard.notes())
                    .filteredOn(note -> note.contains("MEMORY USAGE"))
                    .hasSize(1);
            assertThat(shard.notes() + half.notes().toString()).doesNotContain("s3cret");

            ScanOutcome least = collected.by(LiveScan.of(as(server, "least:s3cret"), ScanOptions.DEFAULTS));
            assertThat(least.complete()).isTrue();
            assertThat(least.shards().get(0).databases())
                    .containsExactly(new ShardOutcome.DatabaseCount(0, 0, 300, 300));
            assertThat(least.shards().get(0).notes()).anyMatch(note -> note.startsWith("INFO is refused"));
        }
    }

    @Test
    void whoMayNotComeInIsToldSoWithoutThePassword() {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS.withDirective("requirepass", "right"))) {
            assertThatThrownBy(() -> new Collected().by(LiveScan.of(as(server, ":wr0ng"), ScanOptions.DEFAULTS)))
                    .hasMessageContaining(":" + server.port())
                    .hasMessageNotContaining("wr0ng");
            assertThatThrownBy(() ->
                            new Collected().by(LiveScan.of("redis://127.0.0.1:" + server.port(), ScanOptions.DEFAULTS)))
                    .hasMessageContaining(":" + server.port());
        }
    }

    @Test
    void aUserWhoMayNotScanIsToldWhatToGrant() {
        ServerOptions options = ServerOptions.DEFAULTS.withUser("blind", "s3cret", "~*", "+get", "+info");
        try (Standalone server = Standalone.start(options)) {
            Filling.mixed(server, 10);
            ScanOutcome outcome = new Collected().by(LiveScan.of(as(server, "blind:s3cret"), ScanOptions.DEFAULTS));
            assertThat(outcome.complete()).isFalse();
            assertThat(outcome.shards().get(0).stopped())
                    .hasValueSatisfying(why -> assertThat(why).contains("+scan"));
        }
    }

    @Test
    void readsOverTls() {
        try (Standalone server = Standalone.start(ServerOptions.DEFAULTS.withTls())) {
            server.command("SET", "a", "1");
            Collected collected = new Collected();
            assertThat(collected.names(collected.by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS))))
                    .containsExactly("0:a");
        }
    }

    @Test
    void aSampleTellsTheWholeWithinItsInterval() {
        try (Standalone server = Standalone.start()) {
            Filling.mixed(server, 20_000);
            ScanOutcome whole = new Collected().by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS));
            ScanOutcome part = new Collected().by(LiveScan.of(server.uri(), ScanOptions.DEFAULTS.withSampleRatio(0.1)));
            double truth = whole.shards().get(0).bytes().value();
            Interval estimate = part.shards().get(0).bytes();
            assertThat(part.shards().get(0).databases().get(0).names()).isEqualTo(20_000);
            assertThat(part.shards().get(0).databases().get(0).read()).isBetween(1800L, 2200L);
            assertThat(estimate.error() / truth).isBetween(0.001, 0.1);
            assertThat(truth).isBetween(estimate.low(), estimate.high());
        }
    }

    private static String as(Standalone server, String login) {
        return "redis://" + login + "@127.0.0.1:" + server.port();
    }
}
