package dev.keywright.presence;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks several partitions at the same time. */
record Gathering(Connection connection, Duration deadline, String where) {

    List<Reply> call(List<Script.Invocation> scripts) {
        if (scripts.size() == 1) {
            return List.of(scripts.get(0).call(connection, deadline).orThrow(where));
        }
        List<Reply> replies = new ArrayList<>(connection.batch(
                scripts.stream().map(Script.Invocation::byDigest).toList(), deadline));
        for (int i = 0; i < scripts.size(); i++) {
            if (Script.isUnknown(replies.get(i))) {
                replies.set(i, scripts.get(i).call(connection, deadline));
            }
            replies.get(i).orThrow(where);
        }
        return replies;
    }

    CompletionStage<List<Reply>> send(List<Script.Invocation> scripts) {
        return all(scripts.stream()
                .map(script -> script.send(connection, deadline))
                .toList());
    }

    List<Reply> ask(List<Command> commands) {
        List<Reply> replies = connection.batch(commands, deadline);
        replies.forEach(reply -> reply.orThrow(where));
        return replies;
    }

    CompletionStage<List<Reply>> askLater(List<Command> commands) {
        return all(commands.stream()
                .map(command -> connection.send(command, deadline))
                .toList());
    }

    private CompletionStage<List<Reply>> all(List<CompletionStage<Reply>> stages) {
        CompletionStage<List<Reply>> all = CompletableFuture.completedStage(List.of());
        for (CompletionStage<Reply> stage : stages) {
            all = all.thenCombine(stage, (before, reply) -> {
                List<Reply> more = new ArrayList<>(before);
                more.add(reply.orThrow(where));
                return more;
            });
        }
        return all;
    }
}
