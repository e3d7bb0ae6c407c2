package dev.keywright.cache;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Something to be done with one key by one command: waited for, sent, or sent with others in one flush. The answer may call for a second
 * sending, as that of a node does which does not know the script. Threads: used by one.
 */
abstract class Errand {

    /** What is sent first. */
    abstract Command command();

    /** What is sent after this answer, or null when the answer is final. Asked again after each further answer. */
    abstract @Nullable Command next(Reply answer);

    Reply call(Connection connection, Duration timeout) {
        long start = System.nanoTime();
        Reply answer = connection.call(command(), timeout);
        for (Command next = next(answer); next != null; next = next(answer)) {
            answer = connection.call(next, left(timeout, start));
        }
        return answer;
    }

    CompletionStage<Reply> send(Connection connection, Duration timeout) {
        long start = System.nanoTime();
        return connection.send(command(), timeout).thenCompose(answer -> follow(answer, connection, timeout, start));
    }

    private CompletionStage<Reply> follow(Reply answer, Connection connection, Duration timeout, long start) {
        Command next = next(answer);
        return next == null
                ? CompletableFuture.completedStage(answer)
                : connection
                        .send(next, left(timeout, start))
                        .thenCompose(another -> follow(another, connection, timeout, start));
    }

    /** All in one flush per node; what calls for a second sending gets it in another one. */
    static List<Reply> batch(List<? extends Errand> errands, Connection connection, Duration timeout) {
        long start = System.nanoTime();
        List<Command> commands = new ArrayList<>(errands.size());
        for (Errand errand : errands) {
            commands.add(errand.command());
        }
        List<Reply> answers = new ArrayList<>(connection.batch(commands, timeout));
        List<Integer> open = new ArrayList<>();
        while (true) {
            open.clear();
            commands.clear();
            for (int i = 0; i < answers.size(); i++) {
                Command next = errands.get(i).next(answers.get(i));
                if (next != null) {
                    open.add(i);
                    commands.add(next);
                }
            }
            if (open.isEmpty()) {
                return answers;
            }
            List<Reply> more = connection.batch(commands, left(timeout, start));
            for (int i = 0; i < more.size(); i++) {
                answers.set(open.get(i), more.get(i));
            }
        }
    }

    static Errand of(Command command) {
        return new Plain(command);
    }

    static Errand of(Script.Invocation script) {
        return new Scripted(script);
    }

    private static Duration left(Duration timeout, long start) {
        return Duration.ofNanos(Math.max(1_000, timeout.toNanos() - (System.nanoTime() - start)));
    }

    private static final class Plain extends Errand {

        private final Command command;

        Plain(Command command) {
            this.command = command;
        }

        @Override
        Command command() {
            return command;
        }

        @Override
        @Nullable
        Command next(Reply answer) {
            return null;
        }
    }

    private static final class Scripted extends Errand {

        private final Script.Invocation script;

        Scripted(Script.Invocation script) {
            this.script = script;
        }

        @Override
        Command command() {
            return script.byDigest();
        }

        @Override
        @Nullable
        Command next(Reply answer) {
            return Script.isUnknown(answer) ? script.byText() : null;
        }
    }
}
