package dev.keywright.leaderboard;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What is asked of the server, and how its answer is read. */
sealed interface Question<T> {

    T call(Connection connection, Duration deadline);

    CompletionStage<T> send(Connection connection, Duration deadline);

    /** By a command. */
    record Plain<T>(Command command, Function<Reply, T> reading) implements Question<T> {

        @Override
        public T call(Connection connection, Duration deadline) {
            return reading.apply(connection.call(command, deadline));
        }

        @Override
        public CompletionStage<T> send(Connection connection, Duration deadline) {
            return connection.send(command, deadline).thenApply(reading);
        }
    }

    /** By a script. */
    record Scripted<T>(Script.Invocation script, Function<Reply, T> reading) implements Question<T> {

        @Override
        public T call(Connection connection, Duration deadline) {
            return reading.apply(script.call(connection, deadline));
        }

        @Override
        public CompletionStage<T> send(Connection connection, Duration deadline) {
            return script.send(connection, deadline).thenApply(reading);
        }
    }
}
