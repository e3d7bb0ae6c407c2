package dev.keywright.follow;

import dev.keywright.connection.Reply;
import java.util.List;

/**
 * What the other side of a relation is to be told.
 *
 * @param changed whether the relation has changed
 * @param version of the relation; 0 when the other side is not to be told
 * @param issued by the clock of the server, in microseconds
 */
record Ticket(boolean changed, long version, boolean follows, String issued) {

    static Ticket of(Reply reply) {
        List<Reply> items = reply.items();
        return new Ticket(
                items.get(0).number() == 1,
                Long.parseLong(items.get(1).text()),
                items.get(2).number() == 1,
                items.get(3).text());
    }
}
