package dev.keywright.tag;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.page.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/** Items by their tags: within each part on the server, and one part after the other. */
final class Search {

    /** How many look-ups one part may take for all of it to be counted in one step. */
    private static final int COUNTED = 20_000;

    /** How many pages are walked through at most to count. */
    private static final int WALKED = 2_000;

    /** How often it is looked again for a page that would be empty. */
    private static final int LOOKS = 20;

    private static final int PAGE = 500;

    private final Connection connection;
    private final TagKeys keys;
    private final Duration deadline;
    private final String where;

    Search(Connection connection, TagKeys keys, Duration deadline, String where) {
        this.connection = connection;
        this.keys = keys;
        this.deadline = deadline;
        this.where = where;
    }

    CompletionStage<ItemPage> page(TagQuery query, Place place, int count, int looks) {
        return keys.page(query, place, count).send(connection, deadline).thenCompose(reply -> {
            List<Reply> page = reply.orThrow(where).items();
            Optional<Place> next = next(place, page);
            return page.size() > 2 || next.isEmpty() || looks == 1
                    ? CompletableFuture.completedStage(new ItemPage(
                            page.stream().skip(2).map(Reply::text).toList(), next.map(at -> at.text(query))))
                    : page(query, next.get(), count, looks - 1);
        });
    }

    CompletionStage<ItemPage> page(TagQuery query, Place place, int count) {
        return page(query, place, count, LOOKS);
    }

    private Optional<Place> next(Place place, List<Reply> page) {
        int driver = (int) page.get(0).number();
        if (driver > 0) {
            return Optional.of(new Place(place.part(), driver, page.get(1).text()));
        }
        return place.part() + 1 < keys.parts() ? Optional.of(new Place(place.part() + 1, 0, "0")) : Optional.empty();
    }

    CompletionStage<TagCount> count(TagQuery query, long limit) {
        if (!query.isOnlyAll()) {
            return walk(query, Place.FIRST, limit, 0, WALKED);
        }
        List<CompletionStage<Long>> parts = IntStream.range(0, keys.parts())
                .mapToObj(part -> keys.count(
                                part,
                                query.all(),
                                limit + 1,
                                COUNTED / query.all().size())
                        .send(connection, deadline)
                        .thenApply(reply -> reply.orThrow(where).number()))
                .toList();
        return Waiting.all(parts)
                .thenCompose(counts -> counts.contains(-1L)
                        ? walk(query, Place.FIRST, limit, 0, WALKED)
                        : CompletableFuture.completedStage(upTo(
                                limit,
                                counts.stream().mapToLong(Long::longValue).sum())));
    }

    private static TagCount upTo(long limit, long count) {
        return new TagCount(Math.min(limit, count), count <= limit);
    }

    private CompletionStage<TagCount> walk(TagQuery query, Place place, long limit, long before, int pages) {
        return keys.page(query, place, PAGE).send(connection, deadline).thenCompose(reply -> {
            List<Reply> page = reply.orThrow(where).items();
            long count = before + page.size() - 2;
            Optional<Place> next = next(place, page);
            if (next.isEmpty() || count > limit) {
                return CompletableFuture.completedStage(upTo(limit, count));
            }
            return pages == 1
                    ? CompletableFuture.completedStage(new TagCount(count, false))
                    : walk(query, next.get(), limit, count, pages - 1);
        });
    }

    /** All tags that items have, so many at most. */
    CompletionStage<List<String>> names(int part, String cursor, int limit, Set<String> found) {
        return connection
                .send(
                        Command.named("SSCAN")
                                .key(keys.names(part))
                                .argument(cursor)
                                .argument("COUNT")
                                .argument(PAGE)
                                .buildRepeatable(), // a cursor is good on the server it came from
                        deadline)
                .thenCompose(reply -> {
                    List<Reply> page = reply.orThrow(where).items();
                    page.get(1).items().forEach(tag -> found.add(tag.text()));
                    String next = page.get(0).text();
                    boolean partEnds = next.equals("0");
                    return found.size() >= limit || partEnds && part + 1 == keys.parts()
                            ? CompletableFuture.completedStage(
                                    found.stream().limit(limit).toList())
                            : names(partEnds ? part + 1 : part, next, limit, found);
                });
    }
}
