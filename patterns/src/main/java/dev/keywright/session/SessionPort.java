package dev.keywright.session;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** Calls about the sessions of one name. */
final class SessionPort {

    private static final int AT_ONCE = 100;

    final Connection connection;
    final SessionOptions options;
    final SessionKeys keys;
    final Duration deadline;
    final String where;

    SessionPort(Connection connection, String name, SessionOptions options) {
        this.connection = connection;
        this.options = options;
        this.keys = new SessionKeys(name);
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.where = "sessions " + name;
    }

    Reply call(Script.Invocation call) {
        return call.call(connection, deadline).orThrow(where);
    }

    Reply call(Command command) {
        return connection.call(command, deadline).orThrow(where);
    }

    CompletionStage<Reply> send(Script.Invocation call) {
        return call.send(connection, deadline).thenApply(reply -> reply.orThrow(where));
    }

    CompletionStage<Reply> send(Command command) {
        return connection.send(command, deadline).thenApply(reply -> reply.orThrow(where));
    }

    /** The session, if it lives. */
    Optional<SessionRecord> find(SessionHandle handle) {
        List<Reply> replies = connection.batch(List.of(keys.read(handle), keys.left(handle)), deadline);
        return SessionRecord.read(replies.get(0).orThrow(where), replies.get(1).orThrow(where))
                .filter(SessionRecord::isAlive);
    }

    /** What is stored, in one flush per node; also of those that have ended. A key of another type is no session. */
    List<Optional<SessionRecord>> stored(List<SessionHandle> handles) {
        List<Command> commands = new ArrayList<>(2 * handles.size());
        for (SessionHandle handle : handles) {
            commands.add(keys.read(handle));
            commands.add(keys.left(handle));
        }
        List<Reply> replies = connection.batch(commands, deadline);
        List<Optional<SessionRecord>> records = new ArrayList<>(handles.size());
        for (int i = 0; i < replies.size(); i += 2) {
            boolean isOther = replies.get(i) instanceof Reply.Failure failure && failure.is("WRONGTYPE");
            records.add(
                    isOther
                            ? Optional.empty()
                            : SessionRecord.read(
                                    replies.get(i).orThrow(where),
                                    replies.get(i + 1).orThrow(where)));
        }
        return records;
    }

    /** The session, if it lives. */
    CompletionStage<Optional<SessionRecord>> read(SessionHandle handle) {
        return send(keys.read(handle))
                .thenCombine(send(keys.left(handle)), SessionRecord::read)
                .thenApply(read -> read.filter(SessionRecord::isAlive));
    }

    CompletionStage<Boolean> isAlive(SessionHandle handle) {
        return send(keys.kept(handle))
                .thenCombine(
                        send(keys.left(handle)),
                        (kept, left) -> !kept.isNothing() && left.number() > Long.parseLong(kept.text()));
    }

    /** Does it for each, some at a time; results are in their order. */
    <T, R> CompletionStage<List<R>> each(List<T> all, Function<? super T, CompletionStage<R>> doing) {
        return each(all, doing, new ArrayList<>(all.size()));
    }

    private <T, R> CompletionStage<List<R>> each(
            List<T> rest, Function<? super T, CompletionStage<R>> doing, List<R> results) {
        if (rest.isEmpty()) {
            return CompletableFuture.completedStage(results);
        }
        int some = Math.min(AT_ONCE, rest.size());
        List<CompletableFuture<R>> under = new ArrayList<>(some);
        rest.subList(0, some).forEach(each -> under.add(doing.apply(each).toCompletableFuture()));
        return CompletableFuture.allOf(under.toArray(CompletableFuture[]::new)).thenCompose(done -> {
            under.forEach(each -> results.add(each.join()));
            return each(rest.subList(some, rest.size()), doing, results);
        });
    }

    <T> T join(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeywrightException.Unavailable(
                    "Interrupted while waiting (" + where + "); it may be done. Ask again.", true, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KeywrightException known) {
                throw known;
            }
            if (e.getCause() instanceof IllegalArgumentException wrong) {
                throw wrong;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
