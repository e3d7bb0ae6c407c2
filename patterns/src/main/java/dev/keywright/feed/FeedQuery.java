package dev.keywright.feed;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of a feed is read.
 *
 * @param limit how many items, 1 to 1,000
 * @param after where to go on; from the newest when absent
 * @param merged authors whose items are not written to the feed: those with very many followers that this reader follows, 50 at most
 * @param muted authors whose items are left out
 */
public record FeedQuery(int limit, Optional<String> after, List<String> merged, Set<String> muted) {

    /** How many authors may be merged. */
    public static final int MOST_MERGED = 50;

    public FeedQuery {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("The limit is " + limit + "; give 1 to 1000");
        }
        merged = List.copyOf(new LinkedHashSet<>(merged));
        muted = Set.copyOf(muted);
        if (merged.size() > MOST_MERGED) {
            throw new IllegalArgumentException(merged.size() + " authors are to be merged; give up to " + MOST_MERGED);
        }
    }

    /** The newest ones. */
    public static FeedQuery newest(int limit) {
        return new FeedQuery(limit, Optional.empty(), List.of(), Set.of());
    }

    public FeedQuery after(String cursor) {
        return new FeedQuery(limit, Optional.of(cursor), merged, muted);
    }

    public FeedQuery merging(List<String> authors) {
        return new FeedQuery(limit, after, authors, muted);
    }

    public FeedQuery muting(Set<String> authors) {
        return new FeedQuery(limit, after, merged, authors);
    }
}
