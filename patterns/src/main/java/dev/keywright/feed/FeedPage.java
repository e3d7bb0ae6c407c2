package dev.keywright.feed;

import java.util.List;
import java.util.Optional;

/**
 * A part of a feed, the newest first.
 *
 * @param items as many as were asked for, or fewer at the end or where many are of muted authors
 * @param next what the next page begins after; empty at the end
 */
public record FeedPage(List<FeedItem> items, Optional<String> next) {

    public FeedPage {
        items = List.copyOf(items);
    }
}
