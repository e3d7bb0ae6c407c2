package dev.keywright.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A script whose file changes while it is used. */
@WithRedis
class ReloadTest {

    @TempDir
    private Path folder;

    private static String script(int version, String code) {
        return """
            #!lua
            --[[
            Answers a number.

            KEYS  1 key       string, not used
            ARGV  none
            REPLY a number
            COST  O(1)
            NEEDS Redis 7.0
            VERSION %d
            ]]
            %s
            """.replace("%d", Integer.toString(version)).replace("%s", code);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("answer.lua"), text);
    }

    @Test
    void takesANewTextWhileItIsUsed(Redis redis) throws IOException {
        Path file = write(script(1, "return 1"));
        List<Reloaded> told = new CopyOnWriteArrayList<>();
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CheckedScript answer = kw.script(file).watched(Duration.ofMillis(5), told::add);
            assertThat(answer.keys("k").number()).isEqualTo(1);
            write(script(2, "return 2"));
            await().atMost(Duration.ofSeconds(30)).until(() -> answer.keys("k").number() == 2);
            assertThat(answer.version()).isEqualTo("2");
            assertThat(told).extracting(Reloaded::version).containsExactly("2");
        }
    }

    @Test
    void aBrokenFileLeavesTheOldTextInUseAndIsReportedOnce(Redis redis) throws IOException {
        Path file = write(script(1, "return 1"));
        List<Reloaded> told = new CopyOnWriteArrayList<>();
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CheckedScript answer = kw.script(file).watched(Duration.ofMillis(5), told::add);
            for (String broken : List.of("return = 1", "return redis.call('GET', KEYS[2])")) {
                told.clear();
                write(script(2, broken));
                await().atMost(Duration.ofSeconds(30)).until(() -> {
                    assertThat(answer.keys("k").number()).isEqualTo(1);
                    return !told.isEmpty();
                });
                assertThat(told).singleElement().satisfies(reloaded -> {
                    assertThat(reloaded.changed()).isFalse();
                    assertThat(reloaded.problem()).isPresent();
                    assertThat(reloaded.version()).isEqualTo("1");
                });
            }
            write(script(3, "return 3"));
            await().atMost(Duration.ofSeconds(30)).until(() -> answer.keys("k").number() == 3);
        }
    }

    @Test
    void looksAtOnceWhenAsked(Redis redis) throws IOException {
        Path file = write(script(1, "return 1"));
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CheckedScript answer = kw.script(file);
            assertThat(answer.reload().changed()).isFalse();
            ScriptCall before = answer.keys("k");
            write(script(2, "return 2"));
            assertThat(answer.reload()).isEqualTo(new Reloaded("answer.lua", "2", true, java.util.Optional.empty()));
            assertThat(answer.keys("k").number()).isEqualTo(2);
            assertThat(before.number()).as("a call keeps its text").isEqualTo(1);
            Files.delete(file);
            assertThat(answer.reload().problem().orElseThrow()).contains("answer.lua cannot be read");
            assertThat(answer.keys("k").number()).isEqualTo(2);
        }
    }

    @Test
    void whatCannotChangeIsNotWatched(Redis redis) throws IOException {
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CheckedScript transfer = kw.script(ReloadTest.class, "transfer.lua");
            assertThatThrownBy(() -> transfer.watched(Duration.ofSeconds(1), reloaded -> {}))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("does not come from a file");
            assertThatThrownBy(transfer::reload).isInstanceOf(KeywrightException.Misused.class);
            Path file = write("return 1");
            assertThatThrownBy(() -> kw.script(file))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessage(
                            "answer.lua cannot be used: it has no header with lines KEYS, ARGV and REPLY. Correct its"
                                    + " header.");
            assertThatThrownBy(() -> kw.script(folder.resolve("none.lua")))
                    .isInstanceOf(KeywrightException.Misused.class)
                    .hasMessageContaining("none.lua cannot be read");
            assertThatThrownBy(() -> kw.script(ReloadTest.class, "bank.lua"))
                    .hasMessageContaining("Use functions(...)");
        }
    }
}
