package dev.keywright.feed;

import dev.keywright.page.Entry;
import dev.keywright.page.Ids;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * An item by its id; what it says is kept elsewhere.
 *
 * @param author whose it is
 * @param id of this item and of no other of the author's
 * @param time of the item, cut to milliseconds; feeds are in its order
 */
public record FeedItem(String author, String id, Instant time) {

    private static final Instant LAST = Instant.ofEpochMilli((1L << 53) - 1);

    public FeedItem {
        byte[] unused = member(author, id);
        if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST)) {
            throw new IllegalArgumentException("The time is " + time + "; give 1970-01-01T00:00:00Z to " + LAST);
        }
        time = time.truncatedTo(ChronoUnit.MILLIS);
    }

    /** The id comes first, as it decides the order of what has the same time. */
    static byte[] member(String author, String id) {
        byte[] unused = Ids.bytes("author", author);
        unused = Ids.bytes("id", id);
        return Ids.bytes("item", id + author + ":" + author.length(), 2 * Ids.LONGEST + 10);
    }

    byte[] member() {
        return member(author, id);
    }

    static FeedItem of(Entry entry) {
        String member = entry.member();
        int colon = member.lastIndexOf(':');
        int author = colon - Integer.parseInt(member.substring(colon + 1));
        return new FeedItem(
                member.substring(author, colon), member.substring(0, author), Instant.ofEpochMilli(entry.score()));
    }
}
