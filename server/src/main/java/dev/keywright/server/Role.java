package dev.keywright.server;

import java.util.List;
import java.util.Optional;

/**
 * A server's answer to ROLE.
 *
 * @param master the port of the primary a replica follows; 0 at a primary
 * @param connected whether a replica's link is up
 * @param offset how far it has written or read the stream of replication
 * @param replicas how many a primary sends its stream to
 */
record Role(boolean primary, int master, boolean connected, long offset, int replicas) {

    /** Empty when there is no answer. */
    static Optional<Role> of(Standalone node) {
        if (!node.isRunning()) {
            return Optional.empty();
        }
        try {
            return parse(node.ask(Fleet.PROBE, "ROLE"));
        } catch (ServerException silent) {
            return Optional.empty();
        }
    }

    static boolean isPrimary(Standalone node) {
        return of(node).filter(Role::primary).isPresent();
    }

    /** Whether the replica's link to the primary is up, by both, and it has read all that the primary has written up to now. */
    static boolean inSync(Standalone primary, List<Standalone> replicas) {
        Optional<Role> reached = of(primary).filter(Role::primary);
        return reached.isPresent()
                && reached.get().replicas() >= replicas.size()
                && replicas.stream()
                        .allMatch(replica -> of(replica)
                                .filter(role -> !role.primary() && role.master() == primary.port())
                                .filter(role -> role.connected()
                                        && role.offset() >= reached.get().offset())
                                .isPresent());
    }

    private static Optional<Role> parse(Reply reply) {
        if (!(reply instanceof Reply.Many many)) {
            return Optional.empty();
        }
        List<Reply> items = many.items();
        String name = items.get(0).text();
        return switch (name) {
            case "master" ->
                Optional.of(new Role(
                        true,
                        0,
                        true,
                        number(items.get(1)),
                        ((Reply.Many) items.get(2)).items().size()));
            case "slave" ->
                Optional.of(new Role(
                        false,
                        (int) number(items.get(2)),
                        items.get(3).text().equals("connected"),
                        number(items.get(4)),
                        0));
            default -> Optional.empty();
        };
    }

    private static long number(Reply reply) {
        return Long.parseLong(reply.text());
    }
}
