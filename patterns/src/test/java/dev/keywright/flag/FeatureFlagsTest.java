package dev.keywright.flag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import dev.keywright.server.Topology;
import dev.keywright.testing.WithRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a flag is for whom, who is told, and what is written down. */
@WithRedis({Topology.STANDALONE, Topology.SENTINEL, Topology.CLUSTER})
class FeatureFlagsTest {

    private static long number(Keywright kw, String command, String key) {
        return kw.connection()
                .call(Command.named(command).key(key).build())
                .orThrow(command)
                .number();
    }

    @Test
    void theFirstRuleThatFitsCounts(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop", FlagOptions.DEFAULTS.withFallback("old", true));
            assertThat(flags.verdict("new", "ann")).isEqualTo(Verdict.FALLBACK_OFF);
            assertThat(flags.verdict("old", 1)).isEqualTo(Verdict.FALLBACK_ON);

            flags.change("new", flag -> flag, "ann", "begun");
            assertThat(flags.verdict("new", "ann")).isEqualTo(Verdict.PERCENT_OFF);
            flags.change("new", flag -> flag.withPercent(100), "ann", "all");
            assertThat(flags.verdict("new", "ann")).isEqualTo(Verdict.PERCENT_ON);

            flags.group("banned").add(List.of("ann", "7"), "ann", "fraud");
            flags.group("staff").add(List.of("ann", "bob", "8"), "ann", "they work here");
            flags.change(
                    "new",
                    flag -> flag.withSegment("banned", 0)
                            .withSegment("staff", 100)
                            .withPercent(0),
                    "ann",
                    "some");
            assertThat(flags.verdict("new", "ann")).isEqualTo(Verdict.SEGMENT_OFF);
            assertThat(flags.verdict("new", "bob")).isEqualTo(Verdict.SEGMENT_ON);
            assertThat(flags.verdict("new", "7")).isEqualTo(Verdict.SEGMENT_OFF);
            assertThat(flags.verdict("new", 8)).isEqualTo(Verdict.SEGMENT_ON);
            assertThat(flags.verdict("new", "eve")).isEqualTo(Verdict.PERCENT_OFF);

            flags.override("new", "ann", true, "ann", "to look at it");
            assertThat(flags.verdict("new", "ann")).isEqualTo(Verdict.OVERRIDDEN_ON);
            flags.overrides("new", false).add(List.of("ann"), "ann", "both");
            assertThat(flags.verdict("new", "ann")).isEqualTo(Verdict.OVERRIDDEN_OFF);
            flags.override("new", "ann", true, "ann", "on again");
            assertThat(flags.isOn("new", "ann")).isTrue();
            flags.override("new", "8", false, "ann", "complains");
            assertThat(flags.isOn("new", 8)).isFalse();
            flags.clearOverride("new", "8", "ann", "is happy");
            assertThat(flags.isOn("new", 8)).isTrue();

            flags.change("new", Flag::kill, "bob", "it burns");
            assertThat(flags.verdict("new", "ann")).isEqualTo(Verdict.KILLED);
            assertThat(flags.verdict("new", 8)).isEqualTo(Verdict.KILLED);
            assertThat(flags.variant("new", "ann")).isEmpty();
            flags.change("new", Flag::revived, "bob", "it was another one");
            assertThat(flags.verdict("new", "ann")).isEqualTo(Verdict.OVERRIDDEN_ON);
            assertThat(flags.variant("new", "ann")).isEmpty();
            flags.change("new", flag -> flag.withVariants(new Variant("red", 1)), "bob", "colour");
            assertThat(flags.variant("new", "ann")).contains("red");
            assertThat(flags.variant("new", 8)).contains("red");
            assertThat(flags.variant("new", -8)).isEmpty();
            assertThat(flags.verdict("new", -8)).isEqualTo(flags.verdict("new", "-8"));

            flags.remove("new", "bob", "over");
            assertThat(flags.verdict("new", "ann")).isEqualTo(Verdict.FALLBACK_OFF);
            assertThat(flags.variant("new", "ann")).isEmpty();
            assertThat(flags.all()).isEmpty();
            flags.change("new", flag -> flag, "bob", "again");
            assertThat(flags.verdict("new", "ann"))
                    .as("overrides go with the flag")
                    .isEqualTo(Verdict.PERCENT_OFF);
            assertThat(flags.group("staff").size()).isEqualTo(3);
            assertThat(flags.state().live()).isTrue();
            assertThat(flags.state().age()).contains(Duration.ZERO);
            assertThat(flags.state().flags()).isEqualTo(1);
        }
    }

    @Test
    void ff3_aChangeIsSeenByOtherProcessesWithinASecond(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri());
                Keywright third = Keywright.connect(redis.uri())) {
            FeatureFlags here = kw.flags("shop");
            List<FeatureFlags> there = List.of(other.flags("shop"), third.flags("shop"));
            await().until(() -> there.stream().allMatch(each -> each.state().live()));
            here.change("new", flag -> flag.withPercent(100), "ann", "on");
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                boolean kill = i % 2 == 0;
                long start = System.nanoTime();
                here.change("new", kill ? Flag::kill : Flag::revived, "ann", "flip " + i);
                await().pollInterval(Duration.ofMillis(1))
                        .pollDelay(Duration.ZERO)
                        .until(() -> there.stream().noneMatch(each -> each.isOn("new", "x") == kill));
                millis.add((System.nanoTime() - start) / 1_000_000);
            }
            assertThat(millis.stream()
                            .mapToLong(Long::longValue)
                            .sorted()
                            .skip(10)
                            .findFirst()
                            .orElseThrow())
                    .as("milliseconds, the median of %s", millis)
                    .isLessThan(1_000);
            here.override("new", "4000000000", false, "ann", "not him");
            here.override("new", "eve", false, "ann", "not her");
            await().until(() ->
                    there.stream().noneMatch(each -> each.isOn("new", 4_000_000_000L) || each.isOn("new", "eve")));
            here.override("new", "eve", true, "ann", "after all");
            await().until(() -> there.stream().allMatch(each -> each.isOn("new", "eve")));
            here.group("beta").add(List.of("1"), "ann", "asked");
            await().until(() ->
                    there.stream().allMatch(each -> each.group("beta").contains("1")));
            here.group("beta").remove(List.of("1"), "ann", "asked");
            await().until(() ->
                    there.stream().noneMatch(each -> each.group("beta").contains("1")));
            here.remove("new", "ann", "over");
            await().until(() -> there.stream().allMatch(each -> each.all().isEmpty()));
        }
    }

    /** As with a command line, past this library: whatever changes the key is told. */
    @Test
    void ff3_aChangeByOtherToolsIsSeenToo(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop");
            flags.change("new", flag -> flag.withPercent(100), "ann", "on");
            other.connection()
                    .call(Command.named("HSET")
                            .key("flag:{shop}")
                            .argument("new")
                            .argument("9 me killed=1")
                            .build());
            await().until(() -> !flags.isOn("new", 1));
            assertThat(flags.read("new").orElseThrow().version()).isEqualTo(9);
        }
    }

    @Test
    void whoDecidedOnAnOldVersionIsToldSo(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            FeatureFlags ann = kw.flags("shop");
            FeatureFlags bob = other.flags("shop");
            Flag created =
                    ann.change(Flag.off("new").withPercent(10), "ann", "begun").orThrow();
            assertThat(ann.change(Flag.off("new"), "ann", "begun twice")).isInstanceOf(Outcome.Overtaken.class);
            Flag seen = bob.read("new").orElseThrow();
            assertThat(seen).isEqualTo(created);
            Flag mine = ann.change(created.withPercent(20), "ann", "more").orThrow();
            assertThat(mine.version()).isGreaterThan(created.version());
            Outcome outcome = bob.change(seen.kill(), "bob", "stop");
            assertThat(outcome).isEqualTo(new Outcome.Overtaken(mine));
            assertThatThrownBy(outcome::orThrow)
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("new");
            assertThat(bob.changeAsync(mine.kill(), "bob", "stop")
                            .toCompletableFuture()
                            .join()
                            .orThrow()
                            .killed())
                    .isTrue();
            ann.remove("new", "ann", "over");
            assertThat(bob.change(mine, "bob", "back")).isEqualTo(new Outcome.Overtaken(Flag.off("new")));
            Flag again = bob.change(Flag.off("new"), "bob", "new").orThrow();
            assertThat(again.version()).as("never given twice").isGreaterThan(mine.version() + 1);
            assertThat(bob.change("new", flag -> flag, "bob", "nothing")).isEqualTo(again);
            assertThat(bob.history(1).get(0).why()).isEqualTo("new");
        }
    }

    @Test
    void theAsynchronousFormsDoTheSame(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop");
            Flag made = flags.changeAsync("new", flag -> flag.withPercent(100), "ann", "on")
                    .toCompletableFuture()
                    .join();
            assertThat(flags.readAsync("new").toCompletableFuture().join()).contains(made);
            assertThat(flags.readAsync("none").toCompletableFuture().join()).isEmpty();
            assertThat(flags.isOn("new", 7)).isTrue();
            flags.overrideAsync("new", "7", false, "ann", "no")
                    .toCompletableFuture()
                    .join();
            assertThat(flags.isOn("new", 7)).isFalse();
            flags.clearOverrideAsync("new", "7", "ann", "yes")
                    .toCompletableFuture()
                    .join();
            assertThat(flags.isOn("new", 7)).isTrue();
            List<String> many =
                    IntStream.range(0, 1_000).mapToObj(Integer::toString).toList();
            assertThat(flags.group("beta")
                            .addAsync(many, "ann", "many")
                            .toCompletableFuture()
                            .join())
                    .isEqualTo(1_000);
            assertThat(flags.group("beta")
                            .addAsync(many, "ann", "many")
                            .toCompletableFuture()
                            .join())
                    .isZero();
            assertThat(flags.group("beta").size()).isEqualTo(1_000);
            assertThat(flags.group("beta")
                            .removeAsync(many, "ann", "none")
                            .toCompletableFuture()
                            .join())
                    .isEqualTo(1_000);
            assertThat(flags.historyAsync(3).toCompletableFuture().join()).isEqualTo(flags.history(3));
            assertThat(flags.historyAsync("new", 9).toCompletableFuture().join())
                    .isEqualTo(flags.history("new", 9));
            flags.removeAsync("new", "ann", "over").toCompletableFuture().join();
            assertThat(flags.all()).isEmpty();
            flags.removeAsync("new", "ann", "over").toCompletableFuture().join();
        }
    }

    @Test
    void whatFollowsAnAsynchronousFormMayAskForMore(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop");
            flags.change("new", flag -> flag.withPercent(100), "ann", "on");
            List<String> threads = new CopyOnWriteArrayList<>();
            for (CompletionStage<?> stage : List.of(
                    flags.changeAsync("new", flag -> flag.withPercent(50), "ann", "half"),
                    flags.changeAsync("new", flag -> flag, "ann", "nothing"),
                    flags.group("beta").addAsync(List.of("7"), "ann", "asked"),
                    flags.overrideAsync("new", "8", true, "ann", "asked"))) {
                stage.thenRun(() -> {
                            threads.add(Thread.currentThread().getName());
                            flags.change("new", flag -> flag.killed() ? flag.revived() : flag.kill(), "bob", "more");
                        })
                        .toCompletableFuture()
                        .join();
            }
            assertThat(threads).hasSize(4).doesNotContain("keywright-flags");
            assertThat(flags.read("new").orElseThrow().killed()).isFalse();
            flags.close();
            assertThat(flags.changeAsync("new", Flag::kill, "ann", "closed")
                            .toCompletableFuture()
                            .join()
                            .killed())
                    .isTrue();
        }
    }

    @Test
    void whatIsTooMuchIsRefusedAndNothingIsStored(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop");
            flags.change("first", flag -> flag, "ann", "on");
            Command.Builder full = Command.named("HSET").key("flag:{shop}");
            IntStream.range(0, 9_999).forEach(i -> full.argument("f" + i).argument("1 c percent=1000"));
            kw.connection().call(full.build()).orThrow("HSET");
            assertThatThrownBy(() -> flags.change("other", flag -> flag, "ann", "too many"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("TOOMANY flags");
            assertThat(flags.read("other")).isEmpty();
            flags.change("first", Flag::kill, "ann", "those that are there are changed");
            flags.remove("f7", "ann", "over");
            flags.change("other", flag -> flag, "ann", "room again");
            assertThat(flags.state().flags()).isEqualTo(10_000);

            String page = "flag:{shop}:page:beta:" + Users.pageOfName(Buckets.digest("ann"));
            List<String> same = Stream.iterate(0, i -> i + 1)
                    .map(i -> "user" + i)
                    .filter(user -> ("flag:{shop}:page:beta:" + Users.pageOfName(Buckets.digest(user))).equals(page))
                    .limit(1_100)
                    .toList();
            assertThat(flags.group("beta").add(same.subList(0, 1_000), "ann", "all"))
                    .isEqualTo(1_000);
            assertThatThrownBy(() -> flags.group("beta").add(List.of("ann"), "ann", "too many"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("TOOMANY names");
            assertThat(flags.group("beta").add(same.subList(0, 200), "ann", "as after a lost answer"))
                    .isZero();
            assertThat(number(kw, "SCARD", page)).isEqualTo(1_000);

            Command.Builder labels = Command.named("SADD").key("flag:{shop}:pages");
            IntStream.range(0, 10_000).forEach(i -> labels.argument("gone:" + i));
            kw.connection().call(labels.build()).orThrow("SADD");
            assertThatThrownBy(() -> flags.group("far").add(List.of("4000000000"), "ann", "too far"))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("TOOMANY pages");
            assertThat(flags.group("far").size()).isZero();
            flags.group("beta").remove(same.subList(0, 1), "ann", "those that are there are changed");
            try (Keywright other = Keywright.connect(redis.uri())) {
                assertThat(other.flags("shop").group("beta").size()).isEqualTo(999);
            }
        }
    }

    @Test
    void everyChangeIsWrittenDown(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop");
            flags.change("new", flag -> flag.withPercent(10), "ann", "begin {} \u00e4 \"");
            flags.change("new", flag -> flag.withPercent(20), "bob", "more");
            flags.change("other", flag -> flag, "bob", "unlike");
            flags.override("new", "42", true, "ann", "tester");
            flags.override("new", "42", true, "ann", "nothing new");
            flags.group("beta").add(List.of("1", "2"), "eve", "asked");
            flags.group("beta").remove(List.of("2", "3"), "eve", "left");
            flags.remove("new", "bob", "over");
            List<AuditEntry> all = flags.history(100);
            assertThat(all.stream().map(AuditEntry::subject))
                    .containsExactly(
                            "override new on",
                            "flag new",
                            "group beta",
                            "group beta",
                            "override new on",
                            "flag other",
                            "flag new",
                            "flag new");
            assertThat(all.stream().map(AuditEntry::by))
                    .containsExactly("bob", "bob", "eve", "eve", "ann", "bob", "bob", "ann");
            AuditEntry first = all.get(7);
            AuditEntry second = all.get(6);
            assertThat(first.before()).isEmpty();
            assertThat(first.why()).isEqualTo("begin {} \u00e4 \"");
            assertThat(first.after())
                    .isEqualTo(Flag.off("new").withPercent(10).written())
                    .isEqualTo(second.before());
            assertThat(second.after()).isEqualTo(Flag.off("new").withPercent(20).written());
            assertThat(second.at()).isAfterOrEqualTo(first.at());
            assertThat(all.get(3).after()).isEqualTo("+ 1 2");
            assertThat(all.get(2).after()).isEqualTo("- 2");
            assertThat(all.get(1).after()).isEmpty();
            assertThat(all.get(0).after()).isEqualTo("- 42");
            assertThat(flags.history("new", 100)).hasSize(5);
            assertThat(flags.history("new", 2)).isEqualTo(all.subList(0, 2));
            assertThat(flags.history(3)).isEqualTo(all.subList(0, 3));
        }
    }

    @Test
    void theLogIsCapped(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop", FlagOptions.DEFAULTS.withAuditEntries(100));
            for (int i = 0; i < 600; i++) {
                flags.changeAsync(Flag.off("f" + i), "ann", "many");
            }
            await().until(() -> flags.all().size() == 600);
            assertThat(number(kw, "XLEN", "flag:log:{shop}")).isBetween(100L, 210L);
            assertThat(flags.history(10_000)).hasSizeBetween(100, 210);
        }
    }

    @Test
    void ff4_hugeNumbersTakeAPageEachAndNotMore(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop");
            flags.change("new", flag -> flag, "ann", "begun");
            List<Long> users = List.of(0L, 65_535L, 65_536L, 4_000_000_000L, 4_294_967_295L, 1L << 53, Long.MAX_VALUE);
            for (long user : users) {
                flags.override("new", Long.toString(user), true, "ann", "huge");
            }
            for (long user : users) {
                assertThat(flags.isOn("new", user)).as("%d", user).isTrue();
                assertThat(flags.isOn("new", user ^ 1)).as("%d", user ^ 1).isFalse();
            }
            List<String> dense = LongStream.range(4_000_000_000L, 4_000_002_000L)
                    .mapToObj(Long::toString)
                    .toList();
            assertThat(flags.overrides("new", true).add(dense, "ann", "many")).isEqualTo(1_999);
            assertThat(flags.isOn("new", 4_000_001_999L)).isTrue();
            assertThat(flags.isOn("new", 4_000_002_000L)).isFalse();
            assertThat(flags.overrides("new", true).size()).isEqualTo(2_006);
            String page = "flag:{shop}:page:on/new:" + (4_000_000_000L >>> 16);
            assertThat(number(kw, "STRLEN", page)).isEqualTo(8_192);
            long memory = kw.connection()
                    .call(Command.named("MEMORY").argument("USAGE").key(page).build())
                    .number();
            assertThat(memory).isLessThan(11_000);
        }
    }

    @Test
    void aPageChangesItsFormAndKeepsItsUsers(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            Group beta = kw.flags("shop").group("beta");
            Group there = other.flags("shop").group("beta");
            List<String> users = IntStream.range(0, 700)
                    .mapToObj(i -> Integer.toString(i * 93))
                    .toList();
            assertThat(beta.add(users.subList(0, 512), "ann", "some")).isEqualTo(512);
            assertThat(type(kw, "flag:{shop}:page:beta:0")).isEqualTo("set");
            assertThat(beta.add(users, "ann", "more")).isEqualTo(188);
            assertThat(type(kw, "flag:{shop}:page:beta:0")).isEqualTo("string");
            assertThat(beta.users()).containsExactlyInAnyOrderElementsOf(users);
            await().until(() -> there.size() == 700);
            assertThat(there.users()).containsExactlyInAnyOrderElementsOf(users);
            assertThat(beta.remove(users.subList(1, 700), "ann", "less")).isEqualTo(699);
            assertThat(beta.users()).containsExactly("0");
            assertThat(beta.remove(users, "ann", "none")).isEqualTo(1);
            assertThat(number(kw, "EXISTS", "flag:{shop}:page:beta:0")).isZero();
            assertThat(number(kw, "EXISTS", "flag:{shop}:pages")).isZero();
            await().until(() -> there.size() == 0);
            assertThat(beta.remove(users, "ann", "none")).isZero();
        }
    }

    private static String type(Keywright kw, String key) {
        return kw.connection().call(Command.named("TYPE").key(key).build()).text();
    }

    @Test
    void anyTextIsAUser(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri());
                Keywright other = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("a:b {name} \u00e4");
            flags.change("new", flag -> flag, "ann", "begun");
            List<String> users = List.of(
                    " ",
                    "a b",
                    "{x}",
                    "\n\r\0",
                    "\u00e4\u00f6",
                    "\ud83d\ude00",
                    "007",
                    "-1",
                    "9".repeat(19),
                    "x".repeat(1_000));
            for (String user : users) {
                flags.override("new", user, true, "ann", "test");
            }
            FeatureFlags there = other.flags("a:b {name} \u00e4");
            for (String user : users) {
                assertThat(flags.verdict("new", user)).isEqualTo(Verdict.OVERRIDDEN_ON);
                assertThat(there.verdict("new", user)).isEqualTo(Verdict.OVERRIDDEN_ON);
            }
            assertThat(flags.isOn("new", 7)).isFalse();
            assertThat(there.overrides("new", true).users()).containsExactlyInAnyOrderElementsOf(users);
            assertThat(kw.flags("other").all()).isEmpty();
        }
    }

    @Test
    void badArgumentsAreRefused(Redis redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop");
            assertThatThrownBy(() -> flags.group("beta").add(List.of("x".repeat(1_001)), "ann", "long"))
                    .hasMessageContaining("1001 letters");
            Flag flag = Flag.off("new");
            List<Runnable> wrong = List.of(
                    () -> kw.flags(""),
                    () -> flags.change(flag, "", "why"),
                    () -> flags.change(flag, "ann", " "),
                    () -> flags.change(flag, "ann", "y".repeat(1_001)),
                    () -> flags.change("new", each -> Flag.off("other"), "ann", "why"),
                    () -> flags.change("a b", each -> each, "ann", "why"),
                    () -> flags.override("new", "", true, "ann", "why"),
                    () -> flags.override("new", "\ud83d", true, "ann", "why"),
                    () -> flags.override("a/b", "x", true, "ann", "why"),
                    () -> flags.group("on/new"),
                    () -> flags.history(0),
                    () -> flags.history("new", 10_001));
            for (Runnable each : wrong) {
                assertThatThrownBy(each::run).isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(flags.history(1)).isEmpty();
            assertThat(flags.read("new")).isEqualTo(Optional.empty());
        }
    }

    @Test
    void theDoorGivesTheSameObjectUntilItIsClosed(Redis redis) {
        Keywright kw = Keywright.connect(redis.uri());
        FeatureFlags flags = kw.flags("shop");
        assertThat(kw.flags("shop")).isSameAs(flags);
        flags.close();
        FeatureFlags again = kw.flags("shop");
        assertThat(again).isNotSameAs(flags);
        again.change("new", flag -> flag.withPercent(100), "ann", "on");
        kw.close();
        assertThat(again.isClosed()).isTrue();
        assertThat(again.isOn("new", 1)).as("known last").isTrue();
        assertThat(again.state().live()).isFalse();
    }

    @Test
    @WithRedis
    void evaluationsSendNoCommand(Standalone redis) {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            FeatureFlags flags = kw.flags("shop");
            flags.change("new", flag -> flag.withPercent(50), "ann", "half");
            long before = kw.connection().counters().calls();
            int on = 0;
            for (int i = 0; i < 100_000; i++) {
                on += flags.isOn("new", i) ? 1 : 0;
                on += flags.isOn("new", "u" + i) ? 1 : 0;
            }
            assertThat(on).isBetween(98_000, 102_000);
            assertThat(kw.connection().counters().calls() - before).isLessThan(10);
        }
    }
}
