package dev.keywright.limit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the scripts, word for word, but for the one place where it asks the time: that comes from the test, so that tests
 * can stand still, step by microseconds and go back. The life of keys still runs by the server's clock, so windows in these
 * tests last minutes.
 */
final class ClockedScript {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Connection connection;
    private final String digest;

    ClockedScript(Connection connection, String file) {
        this.connection = connection;
        String source = source(file);
        String asksTime = "redis.call('TIME')";
        if (source.split(asksTime.replace("(", "\\(").replace(")", "\\)"), -1).length != 2) {
            throw new AssertionError(file + " asks the time more or less than once");
        }
        String clocked = source.replace(asksTime, "{string.match(KEYS[#KEYS], '(%d+):(%d+)')}");
        this.digest = connection
                .call(Command.named("SCRIPT").argument("LOAD").argument(clocked).build())
                .orThrow(file)
                .text();
    }

    static String source(String file) {
        try (InputStream stream = RateLimiter.class.getResourceAsStream(file)) {
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Command command(long micros, List<String> keys, Object... arguments) {
        Command.Builder builder = Command.named("EVALSHA").argument(digest).argument(keys.size() + 1);
        keys.forEach(builder::key);
        builder.key(micros / 1_000_000 + ":" + micros % 1_000_000);
        for (Object argument : arguments) {
            builder.argument(argument.toString());
        }
        return builder.build();
    }

    /** The integers of the reply. */
    List<Long> run(long micros, List<String> keys, Object... arguments) {
        return numbers(connection.call(command(micros, keys, arguments), PATIENCE));
    }

    List<List<Long>> runAll(List<Command> commands) {
        List<List<Long>> answers = new ArrayList<>();
        for (int from = 0; from < commands.size(); from += 1000) {
            List<Command> part = commands.subList(from, Math.min(from + 1000, commands.size()));
            connection.batch(part, PATIENCE).forEach(reply -> answers.add(numbers(reply)));
        }
        return answers;
    }

    private static List<Long> numbers(Reply reply) {
        Reply answer = reply.orThrow("clocked script");
        return answer instanceof Reply.Whole whole
                ? List.of(whole.value())
                : answer.items().stream().map(Reply::number).toList();
    }
}
