package dev.keywright.presence;

import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Users to ask for, by partition. */
record Roll(List<Script.Invocation> scripts, List<String> users) {

    private static final int MOST = 1_000;

    static Roll of(Presence presence, Collection<String> asked) {
        if (asked.size() > MOST) {
            throw new IllegalArgumentException(
                    asked.size() + " users are too many for one call; give " + MOST + " at most");
        }
        Map<Integer, List<byte[]>> written = new TreeMap<>();
        Map<Integer, List<String>> users = new TreeMap<>();
        for (String user : asked) {
            byte[] bytes = presence.words.written("user", user);
            int part = presence.partition(bytes);
            written.computeIfAbsent(part, each -> new ArrayList<>()).add(bytes);
            users.computeIfAbsent(part, each -> new ArrayList<>()).add(user);
        }
        List<Script.Invocation> scripts = new ArrayList<>();
        written.forEach((part, some) -> scripts.add(presence.keys(part).status(some)));
        return new Roll(scripts, users.values().stream().flatMap(List::stream).toList());
    }

    /** Of one user. */
    static LastSeen first(List<Reply> replies) {
        return Answers.seen(replies.get(0).items().get(0).number());
    }

    Map<String, LastSeen> read(List<Reply> replies) {
        Map<String, LastSeen> seen = new LinkedHashMap<>();
        int at = 0;
        for (Reply reply : replies) {
            for (Reply each : reply.items()) {
                seen.put(users.get(at++), Answers.seen(each.number()));
            }
        }
        return seen;
    }
}
