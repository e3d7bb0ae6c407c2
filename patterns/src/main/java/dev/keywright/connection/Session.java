package dev.keywright.connection;

import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A connection of one's own, for commands that leave state behind (MULTI, WATCH, CLIENT) or that block. When it breaks it
 * stays broken, because the state is gone; open another one.
 */
public final class Session implements AutoCloseable {

    private final RedisClient client;
    private final Line line;

    Session(RedisClient client, Line line) {
        this.client = client;
        this.line = line;
    }

    /** Sends a command and waits. For a blocking command give a longer timeout than the server's own. */
    public Reply call(Command command, Duration timeout) {
        return line.call(command, timeout);
    }

    public CompletionStage<Reply> send(Command command, Duration timeout) {
        return line.send(command, timeout);
    }

    @Override
    public void close() {
        line.close();
        try {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        } catch (IllegalStateException over) {
            // all connections were closed together, with the threads they share
        }
    }
}
