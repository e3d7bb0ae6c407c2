package dev.keywright.geo;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** What is asked of the server: a command where positions stay, a script where they end. */
sealed interface Ask {

    Reply call(Connection connection, Duration deadline);

    CompletionStage<Reply> send(Connection connection, Duration deadline);

    record Plain(Command command) implements Ask {

        @Override
        public Reply call(Connection connection, Duration deadline) {
            return connection.call(command, deadline);
        }

        @Override
        public CompletionStage<Reply> send(Connection connection, Duration deadline) {
            return connection.send(command, deadline);
        }
    }

    record Scripted(Script.Invocation script) implements Ask {

        @Override
        public Reply call(Connection connection, Duration deadline) {
            return script.call(connection, deadline);
        }

        @Override
        public CompletionStage<Reply> send(Connection connection, Duration deadline) {
            return script.send(connection, deadline);
        }
    }
}
