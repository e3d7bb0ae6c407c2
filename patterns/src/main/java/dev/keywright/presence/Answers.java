package dev.keywright.presence;

import dev.keywright.connection.Reply;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what the scripts answer. */
final class Answers {

    static final int DONE = 0;
    static final int OTHER_OWNER = 2;
    static final int TOO_MANY = 3;

    private static final int TOTALS = 3;
    private static final int EXPIRED = 2;

    private Answers() {}

    /** Why, by the place in the question, from 0. */
    static Map<Integer, Integer> refused(Reply reply) {
        List<Reply> items = reply.items();
        Map<Integer, Integer> refused = new HashMap<>();
        for (int i = TOTALS; i < items.size(); i += 2) {
            refused.put((int) items.get(i).number() - 1, (int) items.get(i + 1).number());
        }
        return refused;
    }

    static long expired(Reply reply) {
        return reply.items().get(EXPIRED).number();
    }

    static LastSeen seen(long answer) {
        return new LastSeen(answer == 0, answer > 0 ? Optional.of(Instant.ofEpochMilli(answer)) : Optional.empty());
    }
}
