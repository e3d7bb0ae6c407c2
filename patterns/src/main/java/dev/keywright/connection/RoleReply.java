package dev.keywright.connection;

import java.util.List;
import java.util.Optional;

/**
 * What a node answers to {@code ROLE}.
 *
 * @param word master, slave or sentinel
 * @param master whom a replica copies
 * @param replicas the connected replicas of a master
 */
record RoleReply(String word, Optional<Endpoint> master, List<Endpoint> replicas) {

    static final Command COMMAND = Command.named("ROLE").buildRepeatable();

    static RoleReply of(Reply reply) {
        List<Reply> parts = reply.orThrow("ROLE").items();
        String word = parts.get(0).text();
        return switch (word) {
            case "master" ->
                new RoleReply(
                        word,
                        Optional.empty(),
                        parts.get(2).items().stream()
                                .map(Reply::items)
                                .map(each -> endpoint(each.get(0), each.get(1)))
                                .toList());
            case "slave" -> new RoleReply(word, Optional.of(endpoint(parts.get(1), parts.get(2))), List.of());
            default -> new RoleReply(word, Optional.empty(), List.of());
        };
    }

    /** Redis gives ports as numbers here and as text there. */
    static Endpoint endpoint(Reply host, Reply port) {
        int number = (int) (port instanceof Reply.Whole whole ? whole.value() : Long.parseLong(port.text()));
        return new Endpoint(host.text(), number);
    }

    boolean isMaster() {
        return word.equals("master");
    }
}
