package dev.keywright.cart;

import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Puts carts into others. Across slots: the move is announced in the target, so that its readers complete it; the lines are taken out,
 * and kept under a token; they are put in unless the target knows the token; they are forgotten. Who finds lines that are on their way
 * to somewhere else brings them there first.
 */
final class Moves {

    private final Connection connection;
    private final CartKeys keys;
    private final Duration deadline;
    private final Duration idle;
    private final String where;
    private volatile boolean spread; // a server has said so

    Moves(Connection connection, CartKeys keys, Duration deadline, Duration idle, String where) {
        this.connection = connection;
        this.keys = keys;
        this.deadline = deadline;
        this.idle = idle;
        this.where = where;
    }

    CompletionStage<Map<String, Long>> merge(String from, String into) {
        if (spread && !keys.areTogether(from, into)) {
            return across(from, into);
        }
        return keys.merge(from, into).send(connection, deadline).thenCompose(reply -> {
            if (reply instanceof Reply.Failure failure && failure.is("CROSSSLOT")) {
                spread = true;
                return across(from, into);
            }
            return CompletableFuture.completedStage(cut(reply.orThrow(where)));
        });
    }

    CompletionStage<Map<String, Long>> across(String from, String into) {
        return send(keys.announce(from, into)).thenCompose(announced -> bring(from, into));
    }

    private CompletionStage<Map<String, Long>> bring(String from, String into) {
        String mine = UUID.randomUUID().toString();
        return send(keys.take(from, into, mine)).thenCompose(reply -> {
            if (reply.items().isEmpty()) {
                return connection.send(keys.unannounce(from, into), deadline).thenApply(gone -> {
                    Reply unused = gone.orThrow(where);
                    return Map.<String, Long>of();
                });
            }
            Taken taken = taken(reply.items());
            return send(keys.put(from, taken.into, taken.token, taken.kept, taken.lines))
                    .thenCompose(put -> send(keys.drop(from, taken.token))
                            .thenCompose(dropped -> taken.token.equals(mine)
                                    ? CompletableFuture.completedStage(cut(put))
                                    : bring(from, into).thenApply(more -> sum(cut(put), more))));
        });
    }

    private record Taken(String token, String into, Duration kept, Map<String, byte[]> lines) {}

    private Taken taken(List<Reply> items) {
        Map<String, byte[]> lines = new LinkedHashMap<>();
        for (int i = 3; i < items.size(); i += 2) {
            lines.put(items.get(i).text(), items.get(i + 1).bytes());
        }
        long left = items.get(2).number();
        return new Taken(items.get(0).text(), items.get(1).text(), left < 0 ? idle : Duration.ofMillis(left), lines);
    }

    private static Map<String, Long> cut(Reply reply) {
        Map<String, Long> cut = new TreeMap<>();
        List<Reply> items = reply.items();
        for (int i = 0; i < items.size(); i += 2) {
            cut.put(items.get(i).text(), items.get(i + 1).number());
        }
        return cut;
    }

    private static Map<String, Long> sum(Map<String, Long> one, Map<String, Long> other) {
        Map<String, Long> sum = new HashMap<>(one);
        other.forEach((article, units) -> sum.merge(article, units, Long::sum));
        return sum;
    }

    private CompletionStage<Reply> send(Script.Invocation call) {
        return call.send(connection, deadline).thenApply(reply -> reply.orThrow(where));
    }
}
