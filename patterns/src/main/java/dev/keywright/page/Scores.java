package dev.keywright.page;

import dev.keywright.connection.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Scores that are whole numbers, as they come back. */
public final class Scores {

    private Scores() {}

    /** Empty when there is no such member. */
    public static OptionalLong of(Reply reply) {
        if (reply.isNothing()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                reply instanceof Reply.Decimal decimal
                        ? (long) decimal.value()
                        : (long) Double.parseDouble(reply.text()));
    }

    /** Members and scores, in pairs or one after the other, as the protocol has it. */
    public static List<Entry> entries(Reply reply) {
        List<Reply> items = reply.items();
        List<Entry> entries = new ArrayList<>(items.size());
        if (!items.isEmpty() && items.get(0) instanceof Reply.Items) {
            items.forEach(
                    pair -> entries.add(entry(pair.items().get(0), pair.items().get(1))));
        } else {
            for (int i = 0; i < items.size(); i += 2) {
                entries.add(entry(items.get(i), items.get(i + 1)));
            }
        }
        return entries;
    }

    private static Entry entry(Reply member, Reply score) {
        return new Entry(member.text(), of(score).orElseThrow());
    }
}
