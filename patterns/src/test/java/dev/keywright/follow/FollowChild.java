package dev.keywright.follow;

import dev.keywright.Keywright;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/** A process that follows and unfollows, and stops in the middle of every third change, until it is killed. */
final class FollowChild {

    private FollowChild() {}

    /** Arguments: URI, seed. */
    public static void main(String[] arguments) throws IOException {
        Duration deadline = Duration.ofSeconds(5);
        long seed = Long.parseLong(arguments[1]);
        Random random = new Random(seed);
        try (Keywright kw = Keywright.connect(arguments[0]);
                FileOutputStream output = new FileOutputStream(FileDescriptor.out)) {
            Follows follows = kw.follows("killed");
            FollowKeys keys = new FollowKeys("killed", 10_000);
            output.write('!');
            output.flush();
            for (int i = 0; i < 20_000; i++) {
                Relation relation = FollowsRaceTest.any(random);
                boolean unused = random.nextBoolean()
                        ? follows.follow(relation.follower(), relation.followed())
                        : follows.unfollow(relation.follower(), relation.followed());
                Relation half = FollowsRaceTest.any(random);
                Ticket ticket = Ticket.of((random.nextBoolean() ? keys.follow(half) : keys.unfollow(half))
                        .call(kw.connection(), deadline)
                        .orThrow("child"));
                if (random.nextBoolean() && ticket.version() > 0) {
                    keys.tell(half, ticket).call(kw.connection(), deadline).orThrow("child");
                }
                follows.follow("count", "of " + seed + " " + i);
            }
        }
    }
}
