package dev.keywright.ops.drill;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Appends numbers to the lists of a workload and learns what became of each. Never blocks. */
interface Appender extends AutoCloseable {

    CompletionStage<Outcome> append(String key, int number);

    @Override
    void close();

    static Command rpush(String key, int number) {
        return Command.named("RPUSH").key(key).argument(number).build();
    }

    /** One RPUSH over the shared connection; acknowledged when the primary answered. */
    static Appender plain(Connection connection, Duration timeout) {
        return new Appender() {
            @Override
            public CompletionStage<Outcome> append(String key, int number) {
                return connection.send(rpush(key, number), timeout).handle(Outcome::of);
            }

            @Override
            public void close() {
                // The connection is the caller's.
            }
        };
    }
}
