package dev.keywright.follow;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.key.KeySpace;
import dev.keywright.page.Ids;
import dev.keywright.script.Script;
import java.util.zip.CRC32;

/**
 * The keys of a graph. A user belongs to one of {@link #PARTS} parts, and all of a part is in one hash slot: both lists of its users, the
 * marks of relations whose other side is to be told, and what ended lately.
 */
final class FollowKeys {

    /** Never to be changed: it is part of where everything is. */
    static final int PARTS = 256;

    /** How long a ticket is good, in microseconds: ten minutes. What ended is known for twice that. */
    static final long GOOD = 600_000_000;

    private static final Script RELATE = Script.beside(FollowKeys.class, "relate.lua");
    private static final Script TELL = Script.beside(FollowKeys.class, "tell.lua");
    private static final Script SETTLE = Script.beside(FollowKeys.class, "settle.lua");
    private static final byte[] GOOD_TEXT = number(GOOD);

    private final KeySpace keys;
    private final byte[] most;

    FollowKeys(String name, int most) {
        this.keys = KeySpace.of("follow", name);
        this.most = number(most);
        byte[] unused = Ids.bytes("name", name);
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    byte[] following(String user) {
        return of(user, "following:");
    }

    byte[] followers(String user) {
        return of(user, "followers:");
    }

    byte[] marks(int part) {
        return keys.key(Integer.toString(part), "marks").getBytes(UTF_8);
    }

    private byte[] ended(int part) {
        return keys.key(Integer.toString(part), "ended").getBytes(UTF_8);
    }

    private byte[] of(String user, String list) {
        return keys.key(Integer.toString(part(user)), list + user).getBytes(UTF_8);
    }

    static int part(String user) {
        CRC32 sum = new CRC32();
        sum.update(Ids.bytes("user", user));
        return (int) (sum.getValue() % PARTS);
    }

    Script.Invocation follow(Relation relation) {
        return relate("follow", relation, 0, 0);
    }

    Script.Invocation unfollow(Relation relation) {
        return relate("unfollow", relation, 0, 0);
    }

    Script.Invocation renew(Relation relation) {
        return relate("renew", relation, 0, 0);
    }

    Script.Invocation raise(Relation relation, long version, long known) {
        return relate("raise", relation, version, known);
    }

    private Script.Invocation relate(String what, Relation relation, long version, long known) {
        byte[][] both = {following(relation.follower()), marks(part(relation.follower()))};
        return RELATE.with(
                        both,
                        what.getBytes(US_ASCII),
                        relation.followed().getBytes(UTF_8),
                        relation.text().getBytes(UTF_8),
                        most,
                        number(version),
                        number(known))
                .repeatable();
    }

    Script.Invocation tell(Relation relation, Ticket ticket) {
        byte[][] both = {followers(relation.followed()), ended(part(relation.followed()))};
        return TELL.with(
                        both,
                        relation.follower().getBytes(UTF_8),
                        relation.text().getBytes(UTF_8),
                        number(ticket.version()),
                        number(ticket.follows() ? 1 : 0),
                        ticket.issued().getBytes(US_ASCII),
                        GOOD_TEXT)
                .repeatable();
    }

    Script.Invocation settle(Relation relation, Ticket ticket) {
        return SETTLE.with(marks(part(relation.follower())), relation.text().getBytes(UTF_8), number(ticket.version()))
                .repeatable();
    }
}
