package dev.keywright.follow;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.page.Entry;
import dev.keywright.page.Ids;
import dev.keywright.page.Newest;
import dev.keywright.page.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What lists in different slots share: the shorter one is read page by page, and the other asked for each page. */
final class Overlaps {

    /** How many of a list are looked at in all. */
    static final int LOOKED_AT = 10_000;

    /** How many that the user follows are asked, and how many of each are taken, for suggestions. */
    static final int ASKED = 100;

    private static final int PAGE = 500;

    private final Connection connection;
    private final Duration deadline;
    private final String where;

    Overlaps(Connection connection, Duration deadline, String where) {
        this.connection = connection;
        this.deadline = deadline;
        this.where = where;
    }

    /** Those of the users who are in the list. */
    CompletionStage<Set<String>> among(byte[] list, Collection<String> users) {
        List<String> all = List.copyOf(users);
        List<CompletionStage<List<String>>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += PAGE) {
            List<String> part = all.subList(from, Math.min(all.size(), from + PAGE));
            parts.add(connection.send(scores(list, part), deadline).thenApply(reply -> found(part, reply)));
        }
        return Waiting.all(parts).thenApply(found -> {
            Set<String> those = new LinkedHashSet<>();
            found.forEach(those::addAll);
            return those;
        });
    }

    private static Command scores(byte[] list, List<String> users) {
        Command.Builder scores = Command.named("ZMSCORE").key(list);
        users.forEach(user -> scores.argument(Ids.bytes("user", user)));
        return scores.buildReadOnly();
    }

    private List<String> found(List<String> users, Reply reply) {
        List<Reply> scores = reply.orThrow(where).items();
        List<String> found = new ArrayList<>();
        for (int i = 0; i < users.size(); i++) {
            if (!scores.get(i).isNothing()) {
                found.add(users.get(i));
            }
        }
        return found;
    }

    CompletionStage<Common> common(byte[] one, byte[] other, int limit) {
        return connection
                .send(length(one), deadline)
                .thenCombine(
                        connection.send(length(other), deadline),
                        (a, b) -> a.orThrow(where).number() <= b.orThrow(where).number())
                .thenCompose(shorter -> shorter
                        ? common(one, other, limit, Optional.empty(), LOOKED_AT, new ArrayList<>())
                        : common(other, one, limit, Optional.empty(), LOOKED_AT, new ArrayList<>()));
    }

    static Command length(byte[] list) {
        return Command.named("ZCARD").key(list).buildReadOnly();
    }

    private CompletionStage<Common> common(
            byte[] read, byte[] asked, int limit, Optional<Entry> after, int left, List<String> found) {
        return new Newest(read, after, PAGE, where).send(connection, deadline).thenCompose(page -> {
            List<String> users = page.stream().map(Entry::member).toList();
            return among(asked, users).thenCompose(some -> {
                found.addAll(some);
                boolean end = page.size() < PAGE;
                return end || found.size() >= limit || left <= PAGE
                        ? CompletableFuture.completedStage(new Common(
                                found.subList(0, Math.min(found.size(), limit)), end && found.size() <= limit))
                        : common(read, asked, limit, Optional.of(page.get(PAGE - 1)), left - PAGE, found);
            });
        });
    }

    CompletionStage<List<Suggestion>> suggestions(FollowKeys keys, String user, int limit) {
        return new Newest(keys.following(user), Optional.empty(), ASKED, where)
                .send(connection, deadline)
                .thenCompose(asked -> Waiting.all(asked.stream()
                        .map(entry -> new Newest(keys.following(entry.member()), Optional.empty(), ASKED, where)
                                .send(connection, deadline))
                        .toList()))
                .thenCompose(lists -> without(keys.following(user), counted(lists, user), limit, new ArrayList<>()));
    }

    /** Most first, and in the order of their names where they are equal. */
    private static List<Suggestion> counted(List<List<Entry>> lists, String user) {
        Map<String, Integer> by = new HashMap<>();
        lists.forEach(list -> list.forEach(entry -> by.merge(entry.member(), 1, Integer::sum)));
        by.remove(user);
        return by.entrySet().stream()
                .map(entry -> new Suggestion(entry.getKey(), entry.getValue()))
                .sorted((a, b) -> a.by() == b.by() ? a.user().compareTo(b.user()) : Integer.compare(b.by(), a.by()))
                .toList();
    }

    private CompletionStage<List<Suggestion>> without(
            byte[] following, List<Suggestion> candidates, int limit, List<Suggestion> found) {
        if (candidates.isEmpty() || found.size() >= limit) {
            return CompletableFuture.completedStage(List.copyOf(found.subList(0, Math.min(found.size(), limit))));
        }
        List<Suggestion> some = candidates.subList(0, Math.min(candidates.size(), PAGE));
        return among(following, some.stream().map(Suggestion::user).toList()).thenCompose(followed -> {
            some.stream().filter(each -> !followed.contains(each.user())).forEach(found::add);
            return without(following, candidates.subList(some.size(), candidates.size()), limit, found);
        });
    }
}
