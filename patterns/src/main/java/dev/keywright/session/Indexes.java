package dev.keywright.session;

import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Which sessions have a value, by index. An entry is there before its session gets the value and goes after it, so none is missing; who
 * looks checks each with the session, and takes out those of sessions that have ended.
 */
final class Indexes {

    private static final int PAGE = 100;
    private static final String DISPLACED = "displaced";

    private final SessionPort port;
    private final List<String> names;

    Indexes(SessionPort port) {
        this.port = port;
        this.names = List.copyOf(port.options.indexes());
    }

    void check(String index) {
        if (!names.contains(index)) {
            throw new IllegalArgumentException(
                    "The sessions have no index " + index + "; say it in SessionOptions.withIndexes");
        }
    }

    /**
     * Gives the session a place for each value; where there is a limit, first there.
     *
     * @param ends end of the session's lifetime
     * @return false when one refused it
     */
    CompletionStage<Boolean> claim(SessionHandle handle, long ends, Map<String, String> values) {
        List<Map.Entry<String, String>> order = new ArrayList<>(values.entrySet());
        order.sort((one, other) -> Boolean.compare(limit(other.getKey()) > 0, limit(one.getKey()) > 0));
        CompletionStage<Boolean> all = CompletableFuture.completedStage(true);
        for (Map.Entry<String, String> each : order) {
            all = all.thenCompose(placed -> placed
                    ? claim(new Place(handle, ends, each.getKey(), each.getValue()))
                    : CompletableFuture.completedStage(false));
        }
        return all;
    }

    private record Place(SessionHandle handle, long ends, String index, String value) {}

    private int limit(String index) {
        return port.options
                .limit()
                .filter(limit -> limit.index().equals(index))
                .map(SessionLimit::most)
                .orElse(0);
    }

    /** Before anybody loses a place, those are looked for that have ended. */
    private CompletionStage<Boolean> claim(Place place) {
        return send(place, "ask", List.of())
                .thenCompose(answer -> answer.isIn
                        ? displace(place, answer.handles)
                        : dead(answer.handles).thenCompose(dead -> claimAtOnce(place, dead)));
    }

    private CompletionStage<Boolean> claimAtOnce(Place place, List<String> dead) {
        boolean refuses = port.options
                .limit()
                .map(SessionLimit::whenFull)
                .filter(SessionLimit.WhenFull.REFUSE::equals)
                .isPresent();
        return send(place, refuses ? "refuse" : "end", dead)
                .thenCompose(answer ->
                        answer.isIn ? displace(place, answer.handles) : CompletableFuture.completedStage(false));
    }

    private record Answer(boolean isIn, List<String> handles) {}

    private CompletionStage<Answer> send(Place place, String whenFull, List<String> dead) {
        return port.send(port.keys.claim(
                        place.index, place.value, place.handle, place.ends, limit(place.index), whenFull, dead))
                .thenApply(reply -> {
                    List<String> words = texts(reply);
                    return new Answer(words.get(0).equals("in"), words.subList(1, words.size()));
                });
    }

    /** Ends the sessions that lost their places, also those that somebody else was to end and did not. */
    private CompletionStage<Boolean> displace(Place place, List<String> handles) {
        if (handles.isEmpty()) {
            return CompletableFuture.completedStage(true);
        }
        CompletionStage<Boolean> done = port.each(handles, handle -> end(new SessionHandle(handle), DISPLACED))
                .thenCompose(ended -> port.send(port.keys.forgetDisplaced(place.index, place.value, handles)))
                .thenApply(removed -> true);
        return handles.size() < PAGE ? done : done.thenCompose(more -> claimAtOnce(place, List.of()));
    }

    private CompletionStage<List<String>> dead(List<String> handles) {
        return port.each(handles, handle -> port.isAlive(new SessionHandle(handle)))
                .thenApply(alive -> {
                    List<String> dead = new ArrayList<>();
                    for (int i = 0; i < alive.size(); i++) {
                        if (!alive.get(i)) {
                            dead.add(handles.get(i));
                        }
                    }
                    return dead;
                });
    }

    /**
     * Ends a session and takes it out of its indexes.
     *
     * @return whether it lived
     */
    CompletionStage<Boolean> end(SessionHandle handle, String why) {
        return port.send(port.keys.delete(handle, why, names))
                .thenCompose(reply -> reply.items().isEmpty()
                        ? CompletableFuture.completedStage(false)
                        : forget(handle, values(reply.items().get(0))).thenApply(done -> true));
    }

    private Map<String, String> values(Reply reply) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            Reply value = reply.items().get(i);
            if (!value.isNothing()) {
                values.put(names.get(i), value.text());
            }
        }
        return values;
    }

    /** Takes a session out; where that fails, the next one who looks does it once the session has ended. */
    CompletionStage<Void> forget(SessionHandle handle, Map<String, String> values) {
        List<Command> commands = new ArrayList<>();
        values.forEach((index, value) -> commands.add(port.keys.forget(index, value, List.of(handle.text()))));
        return port.each(commands, port::send).handle((done, away) -> null);
    }

    /** The same, if the session has ended. One that lives under another id may have the value from somebody else. */
    CompletionStage<Void> forgetDead(SessionHandle handle, Map<String, String> values) {
        return port.isAlive(handle)
                .handle((alive, away) -> away != null || alive)
                .thenCompose(stays -> stays ? CompletableFuture.completedStage(null) : forget(handle, values));
    }

    /** All sessions with that value. What is found dead is taken out; who lost its place meanwhile or before is ended. */
    CompletionStage<List<Found>> find(String index, String value) {
        return find(index, value, "0", new LinkedHashSet<>(), new ArrayList<>())
                .thenCompose(found -> endDisplaced(index, value).thenApply(done -> found));
    }

    record Found(SessionHandle handle, SessionRecord session) {}

    private CompletionStage<List<Found>> find(
            String index, String value, String cursor, Set<String> seen, List<Found> found) {
        return port.send(port.keys.scan(index, value, cursor, PAGE)).thenCompose(reply -> {
            List<String> handles = new ArrayList<>();
            List<Reply> members = reply.items().get(1).items();
            for (int i = 0; i < members.size(); i += 2) { // each with its score
                if (seen.add(members.get(i).text())) {
                    handles.add(members.get(i).text());
                }
            }
            String next = reply.items().get(0).text();
            CompletionStage<Void> page = page(index, value, handles, found);
            return next.equals("0")
                    ? page.thenApply(done -> found)
                    : page.thenCompose(done -> find(index, value, next, seen, found));
        });
    }

    private CompletionStage<Void> page(String index, String value, List<String> handles, List<Found> found) {
        return port.each(handles, handle -> port.read(new SessionHandle(handle)))
                .thenCompose(sessions -> {
                    List<String> dead = new ArrayList<>();
                    for (int i = 0; i < handles.size(); i++) {
                        if (sessions.get(i).isEmpty()) {
                            dead.add(handles.get(i));
                        } else if (sessions.get(i).get().has(index, value)) {
                            found.add(new Found(
                                    new SessionHandle(handles.get(i)),
                                    sessions.get(i).get()));
                        }
                    }
                    return dead.isEmpty()
                            ? CompletableFuture.completedStage(null)
                            : port.send(port.keys.forget(index, value, dead)).thenApply(removed -> null);
                });
    }

    /** Those that lost their places and were not ended, because the process died that was to do it. */
    private CompletionStage<Void> endDisplaced(String index, String value) {
        return port.send(port.keys.displaced(index, value, PAGE)).thenCompose(reply -> {
            List<String> handles = texts(reply);
            return handles.isEmpty()
                    ? CompletableFuture.completedStage(null)
                    : port.each(handles, handle -> end(new SessionHandle(handle), DISPLACED))
                            .thenCompose(ended -> port.send(port.keys.forgetDisplaced(index, value, handles)))
                            .thenCompose(removed -> endDisplaced(index, value));
        });
    }

    private static List<String> texts(Reply reply) {
        return reply.items().stream().map(Reply::text).toList();
    }
}
