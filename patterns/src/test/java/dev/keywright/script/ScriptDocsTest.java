package dev.keywright.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.Keywright;
import dev.keywright.connection.Reply;
import dev.keywright.server.Redis;
import dev.keywright.testing.WithRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The samples of {@code docs/script.md} are the regions between {@code // docs: name} and {@code // docs: end} below, run here, and
 * Lua files of the tests. {@code -Dkeywright.docs.write=true} writes them into the page.
 */
@WithRedis
class ScriptDocsTest {

    private static final Path PAGE = Path.of("../docs/script.md");
    private static final Path HERE = Path.of("src/test/java/dev/keywright/script/ScriptDocsTest.java");
    private static final Path LUA = Path.of("src/test/resources/dev/keywright/script");

    /** Stands for the class of the user's beside whose resources the scripts lie. */
    private static final class Bank {}

    @TempDir
    private Path folder;

    private final List<Object> shown = new ArrayList<>();

    private void show(Object what) {
        shown.add(what);
    }

    @Test
    void script(Redis redis) {
        redis.command("SET", "{bank}:ann", "100");
        String uri = redis.uri();
        // docs: first
        try (Keywright kw = Keywright.connect(uri)) {
            CheckedScript transfer = kw.script(Bank.class, "transfer.lua");
            long left = transfer.keys("{bank}:ann", "{bank}:bob").arguments(30).number();
            show(left);
        }
        // docs: end
        assertThat(shown).containsExactly(70L);
    }

    @Test
    void errorsAndAsync(Redis redis) {
        redis.command("DEL", "{bank}:ann");
        try (Keywright kw = Keywright.connect(redis.uri())) {
            CheckedScript transfer = kw.script(Bank.class, "transfer.lua");
            // docs: errors
            Reply reply =
                    transfer.keys("{bank}:ann", "{bank}:bob").arguments(500).call();
            if (reply instanceof Reply.Failure failure && failure.is("POOR")) {
                show(failure.message());
            }
            // docs: end
            assertThat(shown).containsExactly("POOR the account has too little");
            // docs: async
            CompletionStage<Reply> later = transfer.keys("{bank}:ann", "{bank}:bob")
                    .arguments(30)
                    .within(Duration.ofMillis(500))
                    .send();
            // docs: end
            assertThat(later.toCompletableFuture().join()).isInstanceOf(Reply.Failure.class);
        }
    }

    @Test
    void watched(Redis redis) throws IOException {
        Path file = Files.copy(LUA.resolve("transfer.lua"), folder.resolve("transfer.lua"));
        try (Keywright kw = Keywright.connect(redis.uri())) {
            // docs: watched
            CheckedScript transfer = kw.script(file).watched(Duration.ofSeconds(2), reloaded -> {
                show(reloaded.problem().orElse("now in version " + reloaded.version()));
            });
            // docs: end
            assertThat(transfer.version()).isEqualTo("3");
        }
    }

    @Test
    void functions(Redis redis) {
        String uri = redis.uri();
        // docs: functions
        try (Keywright kw = Keywright.connect(uri)) {
            FunctionLibrary bank = kw.functions(Bank.class, "bank.lua");
            show(bank.install());
            long cents = bank.function("bank_pay_in")
                    .keys("account:7")
                    .arguments(500)
                    .number();
            long same = bank.reader("bank_balance").keys("account:7").number();
            show(cents == same);
        }
        // docs: end
        assertThat(shown).hasSize(2).endsWith(true);
        redis.command("FUNCTION", "FLUSH");
    }

    @Test
    void thePageShowsThisCode() throws IOException {
        String page = Files.readString(PAGE, UTF_8);
        Matcher fence = Pattern.compile("<!-- sample: ([\\w.]+) -->\n```(\\w+)\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        Map<String, String> samples = samples();
        Map<String, String> onThePage = new LinkedHashMap<>();
        StringBuilder written = new StringBuilder();
        while (fence.find()) {
            String name = fence.group(1);
            onThePage.put(name, fence.group(3));
            fence.appendReplacement(
                    written,
                    Matcher.quoteReplacement("<!-- sample: " + name + " -->\n```" + fence.group(2) + "\n"
                            + samples.getOrDefault(name, fence.group(3)) + "```"));
        }
        fence.appendTail(written);
        if (Boolean.getBoolean("keywright.docs.write")) {
            Files.writeString(PAGE, written, UTF_8);
        } else {
            assertThat(onThePage).isEqualTo(samples);
        }
    }

    private static Map<String, String> samples() throws IOException {
        Map<String, String> samples = new LinkedHashMap<>();
        for (String lua : List.of("transfer.lua", "bank.lua")) {
            samples.put(lua, Files.readString(LUA.resolve(lua), UTF_8));
        }
        Matcher region = Pattern.compile("( +)// docs: (?!end)(\\w+)\n(.*?) +// docs: end\n", Pattern.DOTALL)
                .matcher(Files.readString(HERE, UTF_8));
        while (region.find()) {
            samples.put(region.group(2), region.group(3).replaceAll("(?m)^" + region.group(1), ""));
        }
        return samples;
    }
}
