package dev.keywright.feed;

import dev.keywright.connection.Connection;
import dev.keywright.page.Entry;
import dev.keywright.page.Newest;
import dev.keywright.page.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One page of several lists, each item once: a page of each is read at once, and the newest of all taken. */
final class Merge {

    /** How often it is read on for a page that is short because of muted authors. */
    private static final int ROUNDS = 5;

    /** How many are looked at in one round at least where some may be left out. */
    private static final int MUTED_WINDOW = 100;

    private final Connection connection;
    private final Duration deadline;
    private final String where;
    private final List<byte[]> lists;
    private final FeedQuery query;
    private final int window;
    private final List<FeedItem> items = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    Merge(Connection connection, Duration deadline, String where, List<byte[]> lists, FeedQuery query) {
        this.connection = connection;
        this.deadline = deadline;
        this.where = where;
        this.lists = lists;
        this.query = query;
        this.window = query.muted().isEmpty() ? query.limit() : Math.max(query.limit(), MUTED_WINDOW);
    }

    CompletionStage<FeedPage> read() {
        return read(query.after().map(Entry::at), ROUNDS);
    }

    private CompletionStage<FeedPage> read(Optional<Entry> after, int rounds) {
        return Waiting.all(lists.stream()
                        .map(list -> new Newest(list, after, window, where).send(connection, deadline))
                        .toList())
                .thenCompose(pages -> {
                    List<Entry> merged = pages.stream()
                            .flatMap(List::stream)
                            .sorted()
                            .filter(entry -> seen.add(entry.member()))
                            .limit(window)
                            .toList();
                    Optional<Entry> last = merged.isEmpty() ? after : Optional.of(merged.get(merged.size() - 1));
                    for (Entry entry : merged) {
                        FeedItem item = FeedItem.of(entry);
                        if (!query.muted().contains(item.author())) {
                            items.add(item);
                            if (items.size() == query.limit()) {
                                return page(Optional.of(entry));
                            }
                        }
                    }
                    boolean end = merged.size() < window && pages.stream().allMatch(page -> page.size() < window);
                    return end ? page(Optional.empty()) : rounds == 1 ? page(last) : read(last, rounds - 1);
                });
    }

    private CompletionStage<FeedPage> page(Optional<Entry> last) {
        return CompletableFuture.completedStage(new FeedPage(items, last.map(Entry::cursor)));
    }
}
